/** Which columns are inputs and targets, and which say something about the rows, while a new session is prepared. */
import type { ColumnView, DatasetView, Judging, RowRoles } from '../contract'

/** A column's part; the last three say of each row how much it counts, how exact it is, and which rows belong together. */
export type Role = ColumnView['role'] | 'weight' | 'sigma' | 'group'
export type Roles = Readonly<Record<string, Role>>

/** The roles the server suggests. */
export function suggestedRoles(dataset: DatasetView): Roles {
  return Object.fromEntries(dataset.columns.map(({ name, role }) => [name, role]))
}

/** Names of the columns with a role, in the table's order. */
export function withRole(dataset: DatasetView, roles: Roles, role: Role): string[] {
  return dataset.columns.filter(({ name }) => roles[name] === role).map(({ name }) => name)
}

const OF_ROWS: readonly Role[] = ['weight', 'sigma', 'group']

/** A column's new role. Of those that say something about the rows there is one each, and rows have σ or weights. */
export function withNewRole(roles: Roles, column: string, role: Role): Roles {
  const rivals: readonly Role[] = role === 'group' ? ['group'] : ['weight', 'sigma']
  const freed = OF_ROWS.includes(role)
    ? Object.entries(roles)
        .filter(([, other]) => rivals.includes(other))
        .map(([name]) => [name, 'ignored'] as const)
    : []
  return { ...roles, ...Object.fromEntries(freed), [column]: role }
}

/** What a session is told of its rows. */
export function rowRoles(dataset: DatasetView, roles: Roles, judging: Judging): RowRoles {
  const one = (role: Role): string | null => withRole(dataset, roles, role)[0] ?? null
  return { weight: one('weight'), sigma: one('sigma'), group: one('group'), judging }
}

/** What keeps a session from starting, in a sentence; null when nothing does. */
export function missingRole(dataset: DatasetView, roles: Roles, judging?: Judging): string | null {
  if (judging?.kind === 'column' && typeof judging.column !== 'string')
    return 'Choose the column whose rows judge.'
  if (withRole(dataset, roles, 'target').length === 0) return 'Choose at least one column as target.'
  if (withRole(dataset, roles, 'input').length === 0) return 'Choose at least one column as input.'
  return null
}

/** Which target was chosen for a person, why, and that it can be changed; null once one has decided otherwise. */
export function chosenTarget(dataset: DatasetView, roles: Roles): string | null {
  const [target, ...others] = dataset.columns.filter(({ role }) => role === 'target')
  const decided = dataset.columns.some(({ name, role }) => roles[name] !== role)
  if (target === undefined || others.length > 0 || decided) return null
  const text = target.minimum === null
  const why = text ? 'text labels, learned as classes' : 'the last column of numbers that can be used'
  return `Target: ${target.name} (${why}). Choose another under Role.`
}
