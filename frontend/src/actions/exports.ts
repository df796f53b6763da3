/** What a formula can be carried away as, one row an export; each becomes actions to copy and to download. */
import { copyExport, copyText, download } from './copy_text'
import type { UserAction } from './user_action'
import type { ExportFormat } from '../transport/rest_client'

interface Row {
  name: string
  /** What a download is, in a sentence and in a menu. */
  file: string
  saved: string
  ending: string
  /** What a copy is for; nothing where nobody copies it. */
  copied?: string
}

const ROWS: Record<ExportFormat, Row> = {
  latex: {
    name: 'LaTeX',
    file: 'the formula as LaTeX',
    saved: 'LaTeX',
    ending: '.tex',
    copied: 'for papers',
  },
  sympy: {
    name: 'SymPy',
    file: 'the formula as SymPy',
    saved: 'SymPy',
    ending: '.sympy.py',
    copied: 'all digits',
  },
  python: {
    name: 'Python',
    file: 'the formula as a Python module',
    saved: 'Python',
    ending: '.py',
    copied: 'NumPy function',
  },
  json: { name: 'JSON', file: 'the network as JSON', saved: 'network', ending: '.json' },
  report: { name: 'report', file: 'the report', saved: 'report', ending: '.html' },
}

/** An action with how menus show it. */
export interface ExportEntry {
  action: UserAction
  name: string
  title: string
  detail: string
}

const rows = Object.entries(ROWS) as [ExportFormat, Row][]

export const copies: readonly ExportEntry[] = rows.flatMap(([format, { name, copied }]) =>
  copied === undefined
    ? []
    : {
        action: {
          id: `copy_${format}`,
          title: `Copy the formula as ${name}`,
          group: 'Export',
          keys: [],
          enabled: ({ app }) => app.session !== null,
          run: (context) => (format === 'latex' ? copyShown(context) : copyExport(context, format, name)),
        },
        name,
        title: `Copy ${name}`,
        detail: copied,
      },
)

/** The formula with every digit that the program has, where the digits that the rows determine are not enough. */
export const copyInFull: ExportEntry = {
  action: {
    id: 'copy_latex_full',
    title: 'Copy the formula as LaTeX with all digits',
    group: 'Export',
    keys: [],
    enabled: ({ app }) => app.session !== null,
    run: (context) => copyExport(context, 'latex', 'LaTeX with all digits'),
  },
  name: 'LaTeX',
  title: 'Copy LaTeX in full',
  detail: 'all digits',
}

/** LaTeX as it is shown: constants have the digits that their standard errors leave. */
async function copyShown({ app, toasts }: Parameters<UserAction['run']>[0]): Promise<void> {
  const formula = app.revision?.formula
  if (formula !== undefined && formula !== null) await copyText(formula.latex, 'LaTeX copied', toasts)
}

/** By format, for places that offer one of them. */
export const downloadOf = Object.fromEntries(
  rows.map(([format, { file }]) => [format, saving(format, file)]),
) as Record<ExportFormat, UserAction>

export const downloads: readonly ExportEntry[] = rows.map(([format, { name, saved, ending }]) => ({
  action: downloadOf[format],
  name,
  title: `Download ${saved}`,
  detail: ending,
}))

function saving(format: ExportFormat, file: string): UserAction {
  return {
    id: `download_${format}`,
    title: `Download ${file}`,
    group: 'Export',
    keys: [],
    enabled: ({ app }) => app.session !== null,
    run: (context) => {
      download(context, format)
    },
  }
}
