/** Panels of a small screen: sheets over the network, one at a time, each half, full or closed. */

export type SheetName = 'inspector' | 'train' | 'data' | 'history'
export type SheetSize = 'half' | 'full'

/** The open sheet; null when the network has the whole room. */
export type Sheet = { name: SheetName; size: SheetSize } | null

/** A tab opens its sheet, and closes it when it is open already. */
export function pressTab(sheet: Sheet, name: SheetName): Sheet {
  if (sheet?.name === name) return null
  return { name, size: sheet?.size ?? 'half' }
}

/** Show a sheet without hiding more than is hidden already; what is open stays as it stands. */
export function bring(sheet: Sheet, name: SheetName): Sheet {
  return sheet?.name === name ? sheet : { name, size: 'half' }
}

/** One step larger: half, full. */
export function larger(sheet: Sheet): Sheet {
  return sheet === null ? null : { ...sheet, size: 'full' }
}

/** One step smaller: full, half, closed. */
export function smaller(sheet: Sheet): Sheet {
  return sheet?.size === 'full' ? { ...sheet, size: 'half' } : null
}

/** A drag that moves less is a press. */
const SLACK = 24

/** The handle was dragged by so many pixels towards closing; a long drag closes from full at once. */
export function dragged(sheet: Sheet, distance: number, room: number): Sheet {
  if (sheet === null || Math.abs(distance) < SLACK) return sheet
  if (distance < 0) return larger(sheet)
  return distance > 0.6 * room ? null : smaller(sheet)
}

/** Narrower windows have no room for three panels side by side: a phone, or a page at 200 %. */
const THREE_PANELS = 960

export function needsSheets(width: number): boolean {
  return width < THREE_PANELS
}

/** A low and wide window has its sheet at the side, where it leaves the network its height. */
export function standsBeside(width: number, height: number): boolean {
  return width >= 600 && width > 1.2 * height
}
