/** Short confirmations that fade; what a person must not miss is a problem or a notice instead. */
export interface Toast {
  key: number
  text: string
  tone: 'plain' | 'bad'
}

const SECONDS = 4

class ToastStore {
  list = $state.raw<readonly Toast[]>([])
  #made = 0

  show(text: string, tone: Toast['tone'] = 'plain'): void {
    this.#made += 1
    const key = this.#made
    this.list = [...this.list.slice(-2), { key, text, tone }]
    setTimeout(() => {
      this.dismiss(key)
    }, SECONDS * 1000)
  }

  dismiss(key: number): void {
    this.list = this.list.filter((toast) => toast.key !== key)
  }
}

export const toasts = new ToastStore()
