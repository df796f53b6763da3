/** Short confirmations that fade; what a person must not miss is a problem or a notice instead. */
export interface Toast {
  key: number
  text: string
  tone: 'plain' | 'bad'
  offer: Offer | null
}

/** What can be done about it. */
export interface Offer {
  title: string
  /** Whether it still can; reactive. */
  possible: () => boolean
  run: () => void
}

/** How long one stays: a moment to see it, and time to read it. */
const SECONDS = 3
const LETTERS_A_SECOND = 15
const MOST = 3
/** Time to decide. */
const SECONDS_OF_OFFER = 15

class ToastStore {
  /** The newest first, which stands on top: those in sight stay where they are. */
  list = $state.raw<readonly Toast[]>([])
  #made = 0
  #held = false
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>()

  show(text: string, tone: Toast['tone'] = 'plain'): void {
    this.#add({ text, tone, offer: null })
  }

  /** Say what has happened, with a button about it. */
  offer(text: string, offer: Offer): void {
    this.#add({ text, tone: 'plain', offer })
  }

  /** Somebody points at one or has the focus on it: all stay, so that none moves away. */
  hold(): void {
    this.#held = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
  }

  release(): void {
    this.#held = false
    for (const toast of this.list) this.#count(toast)
  }

  dismiss(key: number): void {
    clearTimeout(this.#timers.get(key))
    this.#timers.delete(key)
    this.list = this.list.filter((toast) => toast.key !== key)
    // With the last one goes the pointer's place on it, and no leaving is told.
    if (this.list.length === 0) this.#held = false
  }

  #add(said: Omit<Toast, 'key'>): void {
    this.#made += 1
    const toast = { ...said, key: this.#made }
    if (!this.#held) for (const old of this.list.slice(MOST - 1)) this.dismiss(old.key)
    this.list = [toast, ...this.list]
    if (!this.#held) this.#count(toast)
  }

  #count({ key, text, offer }: Toast): void {
    clearTimeout(this.#timers.get(key))
    const least = offer === null ? SECONDS : SECONDS_OF_OFFER
    const dismiss = (): void => {
      this.dismiss(key)
    }
    this.#timers.set(key, setTimeout(dismiss, 1000 * (least + text.length / LETTERS_A_SECOND)))
  }
}

export const toasts = new ToastStore()
