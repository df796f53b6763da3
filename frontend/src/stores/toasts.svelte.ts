/** Short confirmations that fade; what a person must not miss is a problem or a notice instead. */
export interface Toast {
  key: number
  text: string
  tone: 'plain' | 'bad'
}

/** How long one stays: a moment to see it, and time to read it. */
const SECONDS = 3
const LETTERS_A_SECOND = 15

class ToastStore {
  list = $state.raw<readonly Toast[]>([])
  #made = 0

  show(text: string, tone: Toast['tone'] = 'plain'): void {
    this.#made += 1
    const key = this.#made
    this.list = [...this.list.slice(-2), { key, text, tone }]
    setTimeout(
      () => {
        this.dismiss(key)
      },
      1000 * (SECONDS + text.length / LETTERS_A_SECOND),
    )
  }

  dismiss(key: number): void {
    this.list = this.list.filter((toast) => toast.key !== key)
  }
}

export const toasts = new ToastStore()
