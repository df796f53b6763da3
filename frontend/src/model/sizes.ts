/** Amounts of bytes as people say them. */

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const

/** `512 bytes`, `12 KB`, `3.4 MB`: steps of 1000, as disks are sold and file managers count. */
export function formatBytes(bytes: number): string {
  let size = bytes
  let at = 0
  while (size >= 999.5 && at < UNITS.length - 1) {
    size /= 1000
    at += 1
  }
  const text = at > 0 && size < 9.95 ? size.toFixed(1) : size.toFixed(0)
  return `${text}\u00a0${UNITS[at] ?? ''}`
}
