/** The tokens' colours as plain values, for what CSS does not reach: Plotly and canvases. */

/** Reads tokens where they hold; `light-dark()` is resolved because a computed `color` always is. */
export function readColours<Name extends string>(
  at: HTMLElement,
  names: readonly Name[],
): Record<Name, string> {
  const probe = document.createElement('span')
  probe.hidden = true
  at.append(probe)
  const found = names.map((name) => {
    probe.style.color = `var(--${name})`
    return [name, getComputedStyle(probe).color] as const
  })
  probe.remove()
  return Object.fromEntries(found) as Record<Name, string>
}
