/**
 * R² for people: one rule for the whole page; `server/work/views/r2_text.py` is its twin for reports, messages and the
 * command line, and `r2.cases.json` tests both.
 */
import { NO_NUMBER } from './numbers'

/** A number and what it is called. */
export interface Figure {
  name: 'R²' | '1 − R²'
  value: string
}

/** With more decimals nobody counts the nines: what is left to 1 is the number then, under its own name. */
const MOST_DECIMALS = 7
/** What a sum of squares leaves of 1 by rounding. */
const ROUNDING = 1e-15

function restText(rest: number): string {
  const [mantissa = '', exponent = ''] = rest.toExponential(1).split('e')
  return `${mantissa.replace(/\.0$/, '')}e${exponent.replace('-', '−')}`
}

/** Two digits of what is missing to 1: `R² 0.61`, `R² 0.9987`, `R² 0.99998`, `1 − R² 2e−9`. */
export function r2Figure(value: number | null | undefined): Figure {
  if (typeof value !== 'number' || !Number.isFinite(value)) return { name: 'R²', value: NO_NUMBER }
  const rest = 1 - value
  if (rest <= ROUNDING) return { name: 'R²', value: '1' }
  const decimals = Math.max(2, 1 - Math.floor(Math.log10(rest)))
  if (decimals > MOST_DECIMALS) return { name: '1 − R²', value: restText(rest) }
  const text = value.toFixed(decimals).replace(/(\.\d\d\d*?)0+$/, '$1')
  return { name: 'R²', value: text.replace('-', '−') }
}

/** The figure with its name. */
export function r2Text(value: number | null | undefined): string {
  const figure = r2Figure(value)
  return `${figure.name} ${figure.value}`
}
