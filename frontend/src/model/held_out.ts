/**
 * The error by which models are compared, under its own name: the root mean square of numbers, the cross-entropy of classes.
 * The server sends the one that belongs to what the session learns; the other is absent.
 */
import type { PruneProposal, WholeModel } from '../contract'

export type Measure = 'error' | 'cross-entropy'

interface Errors {
  test_rmse?: number | null
  cross_entropy_test?: number | null
}

/** On rows held out from training; null where it is not known. */
export function heldOutError(each: Errors): number | null {
  return each.cross_entropy_test ?? each.test_rmse ?? null
}

/** What `heldOutError` is. */
export function measureOf({ cross_entropy_test }: Errors): Measure {
  return cross_entropy_test === null || cross_entropy_test === undefined ? 'error' : 'cross-entropy'
}

/** `error` or `cross-entropy` of what a session learns. */
export function measureOfTask(task: 'regression' | 'classification' | undefined): Measure {
  return task === 'classification' ? 'cross-entropy' : 'error'
}

export interface Change {
  measure: Measure
  before: number
  after: number
}

/** What a candidate does to the whole model. */
export function changeBy(model: Partial<WholeModel>): Change {
  const ofClasses = typeof model.cross_entropy_before === 'number'
  return {
    measure: ofClasses ? 'cross-entropy' : 'error',
    before: (ofClasses ? model.cross_entropy_before : model.test_rmse_before) ?? Infinity,
    after: (ofClasses ? model.cross_entropy_after : model.test_rmse_after) ?? Infinity,
  }
}

/** What pruning and the refit after it would do. */
export function changeByPruning(proposal: PruneProposal): Change {
  const ofClasses = proposal.cross_entropy_before !== null
  return {
    measure: ofClasses ? 'cross-entropy' : 'error',
    before: (ofClasses ? proposal.cross_entropy_before : proposal.test_rmse_before) ?? Infinity,
    after: (ofClasses ? proposal.cross_entropy_refit : proposal.test_rmse_refit) ?? Infinity,
  }
}
