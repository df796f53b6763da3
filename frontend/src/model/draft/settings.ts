/** What a person has set of a draft's constants, and what is asked of the server with it. */
import type { ConstantSetting, DraftAnswer, ModelDraft } from '../../contract'
import { categoryColumn, namesIn } from './words'

/** What a person says of one constant, or of one category's. */
export interface Setting {
  /** Where it begins, or stays when fixed; null lets it be looked for. */
  value: number | null
  low: number | null
  high: number | null
  fixed: boolean
}

export const UNSET: Setting = { value: null, low: null, high: null, fixed: false }

/** By key: `K`, or `Vm[treated]`. */
export type Settings = Readonly<Record<string, Setting>>

export function changed(settings: Settings, key: string, part: Partial<Setting>): Settings {
  return { ...settings, [key]: { ...(settings[key] ?? UNSET), ...part } }
}

/** Every constant at the value it is shown with. */
export function pinned(settings: Settings, constants: DraftAnswer['constants']): Settings {
  return constants.reduce((all, { key, value }) => changed(all, key, { value }), settings)
}

/** Those without a value of their own at the value they are shown with: a hand on one constant leaves the others where they are. */
export function completed(settings: Settings, constants: DraftAnswer['constants']): Settings {
  const open = constants.filter(({ key }) => (settings[key]?.value ?? null) === null)
  return pinned(settings, open)
}

/** `Vm[treated]` is the constant Vm for the category "treated". */
export function partsOf(key: string): { name: string; category: string | null } {
  const match = /^(.*?)\[(.*)\]$/s.exec(key)
  return match === null
    ? { name: key, category: null }
    : { name: match[1] ?? key, category: match[2] ?? null }
}

/** Settings of constants that the formula mentions, as it mentions them: with a value per category, or with one. */
export function said(settings: Settings, text: string): ConstantSetting[] {
  const names = namesIn(text)
  return Object.entries(settings).flatMap(([key, setting]) => {
    const { name, category } = partsOf(key)
    const each = categoryColumn(text, name) !== null
    if (!names.has(name) || (category !== null && !each)) return []
    return [{ name, category, ...setting, same_as: null }]
  })
}

/** What is asked; all else has its default. */
export type DraftQuestion = Pick<ModelDraft, 'formula'> & Partial<ModelDraft>

/** What of the plot is asked for. */
export interface Look {
  x: string | null
  /** The ends of the axis. */
  span: { low: number; high: number } | null
  /** Values of the other columns along the curve. */
  at: Readonly<Record<string, number>>
}

/** The question about a formula with its settings. */
export function question(
  target: number,
  text: string,
  settings: Settings,
  { x, span, at }: Look,
  rest: Partial<ModelDraft> = {},
): DraftQuestion {
  return {
    formula: text.trim(),
    target,
    constants: said(settings, text),
    ...(x === null ? {} : { x }),
    ...(span === null ? {} : { x_low: span.low, x_high: span.high }),
    at: { ...at },
    ...rest,
  }
}

/** What two drafts of one session set differently although they share the constant's name; null when nothing. */
export function disagreement(all: readonly ConstantSetting[]): string | null {
  const seen = new Map<string, ConstantSetting>()
  for (const setting of all) {
    const key = `${setting.name}[${setting.category ?? ''}]`
    const other = seen.get(key)
    if (other !== undefined && other.value !== setting.value) return setting.name
    seen.set(key, setting)
  }
  return null
}

/** Each setting once. */
export function distinct(all: readonly ConstantSetting[]): ConstantSetting[] {
  return [...new Map(all.map((setting) => [`${setting.name}[${setting.category ?? ''}]`, setting])).values()]
}
