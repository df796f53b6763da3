/** Which rows judge: the choices before a session begins, and what its errors rest on afterwards. */
import type { ColumnView, DatasetView, JudgedView, Judging, Metrics } from '../contract'
import { formatCount } from './numbers'
import type { Roles } from './roles'

/** Below so many rows cross-validation is the default; the server decides so (`RowRoles.judging`, kind auto). */
const FEW = 100
const USUAL_SHARE = 0.2

export type Way = Judging['kind']

export const WAYS: readonly { value: Way; title: string; meaning: string }[] = [
  { value: 'auto', title: 'Automatic', meaning: 'Cross-validation below 100 rows, else a fifth of them.' },
  { value: 'share', title: 'A share', meaning: 'Some rows are kept back, chosen by what is in them.' },
  { value: 'cross_validation', title: 'Cross-validation', meaning: 'Every row judges, by fits without it.' },
  {
    value: 'last',
    title: 'The last rows',
    meaning: 'In the order of the table, such as the latest in time.',
  },
  { value: 'column', title: 'A column', meaning: 'The rows that a column of the table names.' },
]

export const usualJudging: Judging = { kind: 'auto', share: USUAL_SHARE, column: null, value: null }

/** What will judge, in words, before anything is fitted. */
export function foretold(dataset: DatasetView, judging: Judging, group: string | null): string {
  const { rows } = dataset
  const share = judging.share ?? USUAL_SHARE
  const crossed =
    judging.kind === 'cross_validation' ||
    (judging.kind === 'auto' && rows < FEW) ||
    (judging.kind === 'share' && share === 0)
  const whole = group === null ? '' : `, groups of ${group} whole`
  if (crossed) return `cross-validation, all ${formatCount(rows)} rows${whole}`
  if (judging.kind === 'column') {
    return typeof judging.column === 'string' ? `rows named by ${judging.column}` : 'rows named by a column'
  }
  const count = formatCount(Math.max(1, Math.round(share * rows)))
  if (judging.kind === 'last') return `the last ${count} of ${formatCount(rows)} rows`
  return `${formatCount(Math.round(100 * share))} % held out, ${count} rows${whole}`
}

/** Columns that can name the rows that judge: those without another part. */
export function naming(dataset: DatasetView, roles: Roles): ColumnView[] {
  return dataset.columns.filter(({ name, usable }) => usable && (roles[name] ?? 'ignored') === 'ignored')
}

/** What an error that is judged so is called. */
export function errorName(judged: JudgedView | null | undefined): string {
  if (judged?.method === 'leave_one_out' || judged?.method === 'folds') return 'cross-validated'
  if (judged?.method === 'unfitted') return 'present'
  return judged?.method === 'fitted' ? 'fitted' : 'held-out'
}

/** Where an error was measured, as the end of a sentence. */
export function whereJudged(metrics: Pick<Metrics, 'judged'> | null | undefined): string {
  const method = metrics?.judged?.method
  if (method === 'leave_one_out' || method === 'folds') return 'by cross-validation'
  if (method === 'unfitted') return 'on all rows, before any fit'
  return method === 'fitted' ? 'on the rows of the fit' : 'on held-out rows'
}
