import type { DatasetSummary } from '../contract'
import { counted } from '../model/numbers'
import type { UserAction } from './user_action'

/** With the sessions on it, which the row has named and asked about. */
export const deleteDataset: UserAction<DatasetSummary> = {
  id: 'delete_dataset',
  title: 'Delete a table',
  group: 'Session',
  keys: [],
  hidden: true,
  enabled: ({ kept }, dataset) => dataset !== undefined && !kept.busy,
  async run({ kept, toasts }, dataset) {
    if (dataset === undefined) return
    const on = kept.sessionsOn(dataset.id).length
    if (!(await kept.deleteDataset(dataset.id))) return
    const also = on === 0 ? '' : ` and ${counted(on, 'session')}`
    toasts.offer(`Deleted “${dataset.name}”${also}`, {
      title: 'Undo',
      possible: () => !kept.busy && kept.isDeleted(dataset.id),
      run: () => void kept.restoreDataset(dataset.id),
    })
  },
}
