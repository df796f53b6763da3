/** The logarithmic axis that errors stand on, in every chart of them. */
import { logTicks, tickText } from '../../model/log_ticks'
import type { Values } from '../../widgets/plot/figure'

/** Share of the range, and least number of decades, above and below the values: what hardly varies stays flat. */
const PAD = 0.08
const LEAST = 0.02

/** A little wider than the positive values, with two or more ticks that say what they are, however wide or narrow it is. */
export function errorAxis(values: readonly number[]): Values {
  const powers = values.filter((value) => value > 0).map(Math.log10)
  const low = Math.min(...powers)
  const high = Math.max(...powers)
  if (!(high >= low)) return { type: 'log' }
  const pad = Math.max(PAD * (high - low), LEAST)
  const range = [low - pad, high + pad] as const
  const tickvals = logTicks(10 ** range[0], 10 ** range[1])
  return { type: 'log', range: [...range], tickvals, ticktext: tickvals.map(tickText) }
}
