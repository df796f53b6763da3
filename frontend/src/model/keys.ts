/** From a key press to the name an action is bound to, and whether it is meant for the page at all. */

export interface KeyPress {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
}

/** `Mod+K`, `Shift+U`, `Space`, `?` …; null for a modifier alone or one combined with Alt. */
export function chord({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyPress): string | null {
  if (altKey || ['Control', 'Meta', 'Shift', 'Alt', 'AltGraph', 'Dead'].includes(key)) return null
  const isLetter = /^[a-z]$/i.test(key)
  const name = key === ' ' ? 'Space' : isLetter ? key.toUpperCase() : key
  const parts: string[] = []
  if (ctrlKey || metaKey) parts.push('Mod')
  // Shift belongs to the sign of other keys: `?` is `?` on every keyboard.
  if (shiftKey && (isLetter || name.length > 1)) parts.push('Shift')
  return [...parts, name].join('+')
}

/** Where the focus is, as far as keys care. */
export type Focus = 'page' | 'control' | 'typing'

/** Whether a chord goes to the page's actions: never while typing but for those that no field has, and a focused control keeps its own keys. */
export function reachesActions(name: string, focus: Focus, dialogOpen: boolean): boolean {
  if (name === 'Mod+K') return true
  if (name === 'Mod+Enter' && !dialogOpen) return true
  if (dialogOpen || focus === 'typing') return false
  return !(focus === 'control' && (name === 'Space' || name === 'Enter' || name.startsWith('Arrow')))
}

/** A chord as it is printed on this machine's keys. */
export function printedChord(name: string, mac: boolean): string {
  const printed: Record<string, string> = {
    Mod: mac ? '⌘' : 'Ctrl',
    Shift: mac ? '⇧' : 'Shift',
    Enter: '↵',
    Escape: 'Esc',
    Delete: 'Del',
    ArrowLeft: '←',
    ArrowRight: '→',
    ArrowUp: '↑',
    ArrowDown: '↓',
  }
  return name
    .split('+')
    .map((part) => printed[part] ?? part)
    .join(mac ? '' : '+')
}
