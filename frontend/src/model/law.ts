/** What the page says of a law's constants and terms, and what a person is about to make of one. It computes no formula. */
import type { ConstantChange, ConstantView, DraftRows, FormulaConstants } from '../contract'
import { formatError, formatWithError } from './numbers'

export type ConstantState = ConstantView['state']

/** What is set of a constant but not yet asked for. */
export interface Pending {
  value?: number
  state?: ConstantState
  /** The exact number, as text. */
  exact?: string
  low?: number | null
  high?: number | null
  rename?: string
}

/** What the state is once the pending is done: a value of a person's own stays where it is put. */
export function stateOf(constant: ConstantView, pending: Pending): ConstantState {
  return pending.state ?? (pending.value === undefined ? constant.state : 'fixed')
}

/** The next of free, fixed and exact; exact only where an exact number is known. */
export function nextState(constant: ConstantView, pending: Pending): Pending {
  const exact = constant.symbol || constant.proposals[0]?.value
  const order: ConstantState[] = exact === undefined ? ['free', 'fixed'] : ['free', 'fixed', 'exact']
  const next = order[(order.indexOf(stateOf(constant, pending)) + 1) % order.length] ?? 'free'
  return inState(constant, pending, next)
}

/** The pending with another state; the exact number is the one it is, or the first that it may be. */
export function inState(constant: ConstantView, pending: Pending, state: ConstantState): Pending {
  const { state: _state, exact: _exact, ...others } = pending
  if (state === 'exact') {
    const exact = constant.symbol || constant.proposals[0]?.value
    return exact === undefined ? pending : { ...others, state, exact }
  }
  // A free constant goes where the rows want it.
  const { value, ...without } = others
  const kept: Pending = state === 'free' || value === undefined ? without : others
  return state === constant.state && kept.value === undefined ? kept : { ...kept, state }
}

/** What is to be asked for; null while it comes to nothing. */
export function changeOf(constant: ConstantView, pending: Pending): ConstantChange | null {
  const state = stateOf(constant, pending)
  const change: ConstantChange = { name: constant.name }
  if (state === 'exact' && pending.exact !== undefined && pending.exact !== constant.symbol)
    change.exact = pending.exact
  if (state !== 'exact' && pending.value !== undefined && pending.value !== constant.value)
    change.value = pending.value
  if (state !== 'exact' && (state !== constant.state || change.value !== undefined)) change.state = state
  const low = pending.low === undefined ? constant.low : pending.low
  const high = pending.high === undefined ? constant.high : pending.high
  if (low !== constant.low || high !== constant.high) change.bounds = { low, high }
  if (pending.rename !== undefined && pending.rename !== '' && pending.rename !== constant.name)
    change.rename = pending.rename
  return Object.keys(change).length > 1 ? change : null
}

/** Where a slider begins and ends: six standard errors either side, within the bounds, and far enough for where the value is. */
export function sliderRange(constant: ConstantView, value: number): { low: number; high: number } {
  const { standard_error: error } = constant
  const half = error !== null && error > 0 ? 6 * error : 0.5 * Math.abs(constant.value) || 1
  const far = Math.max(half, 1.1 * Math.abs(value - constant.value))
  const low = Math.max(constant.value - far, constant.low ?? -Infinity)
  const high = Math.min(constant.value + far, constant.high ?? Infinity)
  return high > low ? { low, high } : { low: constant.value - far, high: constant.value + far }
}

/** `error 0.0113 → 0.0112`, and whether it is worth a second look. */
export function errorChange(before: number | null, after: number | null): { text: string; worse: boolean } {
  if (after === null) return { text: 'no value on some rows then', worse: true }
  return {
    text: `error ${formatError(before)} → ${formatError(after)}`,
    worse: before === null || after > 1.05 * before,
  }
}

/** How many numbers are as simple as the one that is offered and as near: what the data decide, or a person's knowledge does. */
export function rivalsText(rivals: number): string {
  if (rivals < 0.05) return 'No other number as simple is to be expected so near.'
  const count = rivals < 0.95 ? `${formatError(rivals)} numbers` : `${Math.round(rivals)} other numbers`
  const own = rivals >= 0.95 ? ', so this would be your knowledge, not the data’s' : ''
  return `By chance ${count} as simple would lie so near${own}.`
}

/** With the unit where there is one. */
export function valueText({ value, standard_error, unit }: ConstantView): string {
  return `${formatWithError(value, standard_error)}${unit === '' ? '' : ` ${unit}`}`
}

/** The constants that are known much better once the offsets are gone, the most improved first. */
export function gained(answer: FormulaConstants, most = 2): { before: ConstantView; after: string }[] {
  const left = answer.offsets?.left ?? []
  return left
    .flatMap((gain) => {
      const before = answer.constants.find(({ name }) => name === gain.name)
      const [was, is] = [before?.standard_error ?? null, gain.standard_error]
      if (before === undefined || was === null || is === null || is >= 0.8 * was) return []
      const unit = before.unit === '' ? '' : ` ${before.unit}`
      return [{ before, after: `${formatWithError(gain.value, is)}${unit}`, ratio: is / was }]
    })
    .toSorted((a, b) => a.ratio - b.ratio)
    .slice(0, most)
}

const NUMBERS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine']

/** `Two offsets are 0 within two standard errors` */
export function offsetsText(count: number): string {
  const word = NUMBERS[count] ?? String(count)
  return count === 1
    ? 'One offset is 0 within two standard errors'
    : `${word} offsets are 0 within two standard errors`
}

/** The simplest exact number of every free constant that has one inside its error bar. */
export function allExact(answer: FormulaConstants | null): ConstantChange[] {
  return (answer?.constants ?? []).flatMap(({ name, proposals }) =>
    proposals[0] === undefined ? [] : [{ name, exact: proposals[0].value }],
  )
}

/** The name after or before one, or null beyond the ends. */
export function neighbour(names: readonly string[], name: string, step: 1 | -1): string | null {
  const at = names.indexOf(name)
  return at === -1 ? null : (names[at + step] ?? null)
}

/** As lines for a spreadsheet, all digits. */
export function tableText(constants: readonly ConstantView[]): string {
  const rows = constants.map(({ name, value, standard_error, unit, state }) =>
    [name, value, standard_error ?? '', unit, state].join('\t'),
  )
  return ['name\tvalue\tstandard error\tunit\tstate', ...rows].join('\n')
}

/** Residuals of a moved law in the standard deviations of the law as it is, so that they grow where it fits worse. */
export function residualsIn(
  still: Pick<DraftRows, 'y' | 'predicted' | 'residual'> | null,
  moved: Pick<DraftRows, 'y' | 'predicted' | 'residual'>,
): readonly (number | null)[] {
  if (still === null) return moved.residual
  let deviation = NaN
  let largest = 0
  still.y.forEach((value, at) => {
    const [predicted, residual] = [still.predicted[at] ?? null, still.residual[at] ?? null]
    if (value === null || predicted === null || residual === null || Math.abs(residual) <= largest) return
    largest = Math.abs(residual)
    deviation = (value - predicted) / residual
  })
  if (!(deviation > 0)) return moved.residual
  return moved.y.map((value, at) => {
    const predicted = moved.predicted[at] ?? null
    return value === null || predicted === null ? null : (value - predicted) / deviation
  })
}
