/** Whether a new session learns numbers or classes. */
import type { ColumnView, DatasetView } from '../contract'
import { withRole, type Roles } from './roles'
import type { SessionState } from './state'

export type Task = 'regression' | 'classification'

/** A column of text labels: the target of a classification, or categories as an input. */
export function holdsText({ labels, minimum }: ColumnView): boolean {
  return labels.length > 0 && minimum === null
}

/** The one target that can be classes; null when there are several targets, or its values are no classes. */
export function classTarget(dataset: DatasetView, roles: Roles): ColumnView | null {
  const [name, ...others] = withRole(dataset, roles, 'target')
  const column = dataset.columns.find((each) => each.name === name)
  return column !== undefined && others.length === 0 && column.labels.length > 1 ? column : null
}

/** What is learned unless a person decides: classes of text or of two whole numbers, else numbers; as the server does. */
export function usualTask(dataset: DatasetView, roles: Roles): Task {
  const target = classTarget(dataset, roles)
  if (target === null) return 'regression'
  return holdsText(target) || target.labels.length === 2 ? 'classification' : 'regression'
}

/** What keeps text labels from their use, in a sentence; null when nothing does. */
export function misplacedText(dataset: DatasetView, roles: Roles): string | null {
  const texts = dataset.columns.filter(holdsText)
  const target = texts.find(({ name }) => roles[name] === 'target')
  const targets = withRole(dataset, roles, 'target').length
  return target !== undefined && targets > 1
    ? `Classes, as in ${target.name}, must be the only target.`
    : null
}

/** The classes a session learns; none when it learns numbers. */
export function classesOf(session: SessionState | null): readonly string[] {
  if (session?.task !== 'classification') return []
  return session.dataset.columns.find(({ name }) => session.targets.includes(name))?.labels ?? []
}

/** `setosa, versicolor, virginica`; of many the first few. */
export function classesText(classes: readonly string[], most = 6): string {
  const shown = classes.slice(0, most).join(', ')
  return classes.length > most ? `${shown} and ${classes.length - most} more` : shown
}
