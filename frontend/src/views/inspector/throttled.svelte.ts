/** A value that changes often, read at most every so many milliseconds; the newest always arrives. */
export function throttled<T>(read: () => T, milliseconds: number): { readonly value: T } {
  let shown = $state.raw(read())
  let last = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  $effect(() => {
    const next = read()
    const wait = last + milliseconds - performance.now()
    clearTimeout(timer)
    const show = (): void => {
      last = performance.now()
      shown = next
    }
    if (wait <= 0) show()
    else timer = setTimeout(show, wait)
  })
  $effect(() => () => {
    clearTimeout(timer)
  })
  return {
    get value() {
      return shown
    },
  }
}
