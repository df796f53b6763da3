/** What is said of a draft's fit: figures with their names, and which of its states it is in. */
import type { DraftAnswer, DraftConstant, DraftPrice, DraftResult } from '../../contract'
import { counted, formatNumber, NO_NUMBER } from '../numbers'

export interface Figure {
  name: string
  value: string
  /** What it is, in a sentence. */
  meaning: string
}

/** A fit's loss by its name: χ² where σ is known absolutely. */
export function lossName(result: Pick<DraftResult, 'chi2'>): 'χ²' | 'RSS' {
  return result.chi2 === null ? 'RSS' : 'χ²'
}

/** Six figures at the most, with thin spaces between thousands. */
function figure(value: number | null, digits = 4): string {
  return formatNumber(value, digits)
}

/** The figures of a result in their order; without an absolute σ there is no χ² and no p. */
export function figuresOf(result: DraftResult): Figure[] {
  const { chi2, degrees_of_freedom, reduced_chi2, p, plain_rss, r2, aic, bic } = result
  const of = (name: string, value: number | null, meaning: string, digits = 4): Figure => ({
    name,
    value: figure(value, digits),
    meaning,
  })
  const freedom: Figure = {
    name: 'degrees of freedom',
    value: String(degrees_of_freedom),
    meaning: 'Rows less free constants.',
  }
  const sigma =
    chi2 === null
      ? [freedom]
      : [
          of('χ²', chi2, 'Sum of squared residuals in standard deviations.'),
          freedom,
          of(
            'reduced χ²',
            reduced_chi2,
            'χ² over its degrees of freedom: about 1 when formula and σ are right.',
            3,
          ),
          of('p', p, 'Chance of a χ² at least as large if formula and σ are right.', 2),
        ]
  return [
    ...sigma,
    of('RSS', plain_rss, 'Sum of squared residuals in the unit of the left-hand side, without weights.'),
    of('R²', r2, 'Share of the variance that is explained, on the fitted rows.', 4),
    of('AIC', aic, 'Akaike’s criterion: the lower is preferred.', 4),
    of('BIC', bic, 'Bayesian criterion: the lower is preferred.', 4),
  ]
}

export type Standing = 'converged' | 'not converged' | 'ended early'

export function standingOf({ converged, ended_early }: DraftResult): Standing {
  if (converged) return 'converged'
  return ended_early ? 'ended early' : 'not converged'
}

/** On what the fit was made. */
export function basisOf(result: DraftResult, sigma: string | null, weights: string | null): string {
  const rows = counted(result.rows, 'row')
  if (sigma !== null) return `${rows} · σ from ${sigma}${result.chi2 === null ? ', in its ratios' : ''}`
  return weights === null ? rows : `${rows} · weights from ${weights}`
}

/** What a constant has instead of an error, in a word; empty when it has one, or none is due yet. */
export function withoutError(
  { fixed, at_bound, same_as, standard_error }: DraftConstant,
  fitted: boolean,
): string {
  if (same_as !== null) return `same as ${same_as}`
  if (fixed) return 'fixed'
  if (!fitted || standard_error !== null) return ''
  return at_bound ? 'at its bound' : 'not determined'
}

/** A price of one value for all categories, or of one each, in a sentence. */
export function priceText(price: DraftPrice, loss: 'χ²' | 'RSS', categories: number): string {
  const { now, loss_one, loss_each, constants_one, constants_each, called_for } = price
  const fewer = constants_each - constants_one
  const both = categories === 2 ? 'both' : 'all'
  const from = (a: number, b: number): string => `${loss} ${formatNumber(a)} → ${formatNumber(b)}`
  if (now === 'each')
    return `One value for ${both} would cost ${from(loss_each, loss_one)} for ${counted(fewer, 'constant')} less.`
  const verdict = called_for === null ? '' : called_for ? ': called for' : ': not called for'
  return `One each would gain ${from(loss_one, loss_each)} for ${counted(fewer, 'constant')} more${verdict}`
}

/** Rows that lie beyond two standard deviations, the farthest first. */
export function outlying(
  rows: NonNullable<DraftAnswer['rows']>,
  beyond = 2,
): { row: number; residual: number }[] {
  return rows.row
    .flatMap((row, at) => {
      const residual = rows.residual[at] ?? null
      return residual !== null && Math.abs(residual) > beyond ? [{ row, residual }] : []
    })
    .sort((a, b) => Math.abs(b.residual) - Math.abs(a.residual))
}

/** The rows beyond two standard deviations, by number while they are few. */
export function outlyingText(rows: NonNullable<DraftAnswer['rows']>): string {
  const found = outlying(rows)
    .map(({ row }) => row)
    .sort((a, b) => a - b)
  if (found.length === 0) return 'no row lies beyond 2 σ'
  if (found.length > 4) return `${counted(found.length, 'row')} lie beyond 2 σ`
  const last = found.at(-1) ?? 0
  if (found.length === 1) return `row ${last} lies beyond 2 σ`
  return `rows ${found.slice(0, -1).join(', ')} and ${last} lie beyond 2 σ`
}

/** `+2.8 σ` */
export function deviations(residual: number | null): string {
  if (residual === null) return NO_NUMBER
  return `${residual > 0 ? '+' : ''}${formatNumber(residual, 2)} σ`
}

/** The whole result as text with all digits, for a notebook. */
export function resultText(answer: DraftAnswer, formula: string): string {
  const { result } = answer
  const lines = [formula, answer.formula, '']
  for (const { key, value, standard_error, fixed } of answer.constants)
    lines.push(
      `${key} = ${value}${standard_error === null ? (fixed ? ' (fixed)' : '') : ` ± ${standard_error}`}`,
    )
  if (result !== null) {
    const figures: [string, number | null][] = [
      ['chi2', result.chi2],
      ['degrees of freedom', result.degrees_of_freedom],
      ['reduced chi2', result.reduced_chi2],
      ['p', result.p],
      ['rss', result.plain_rss],
      ['r2', result.r2],
      ['aic', result.aic],
      ['bic', result.bic],
    ]
    lines.push('', `rows = ${result.rows}`)
    for (const [name, value] of figures) if (value !== null) lines.push(`${name} = ${value}`)
    if (!result.converged) lines.push('not converged')
  }
  return [...lines, ...answer.notes].join('\n')
}
