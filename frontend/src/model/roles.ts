/** Which columns are inputs and which are targets, while a new session is prepared. */
import type { ColumnView, DatasetView } from '../contract'

export type Role = ColumnView['role']
export type Roles = Readonly<Record<string, Role>>

/** The roles the server suggests. */
export function suggestedRoles(dataset: DatasetView): Roles {
  return Object.fromEntries(dataset.columns.map(({ name, role }) => [name, role]))
}

/** Names of the columns with a role, in the table's order. */
export function withRole(dataset: DatasetView, roles: Roles, role: Role): string[] {
  return dataset.columns.filter(({ name }) => roles[name] === role).map(({ name }) => name)
}

/** What keeps a session from starting, in a sentence; null when nothing does. */
export function missingRole(dataset: DatasetView, roles: Roles): string | null {
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
