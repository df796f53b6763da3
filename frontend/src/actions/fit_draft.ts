/** What is done with the constants of the formula on the screen while it is a draft. */
import type { Context, UserAction } from './user_action'

function obstacle({ draft }: Context): string | null {
  const { formula, open } = draft
  if (!open || formula === null) return 'No formula is being drafted.'
  if (formula.empty) return 'Write a formula first.'
  if (formula.wrong !== null) return 'Mend the formula first: its field says where the mistake is.'
  const free = formula.answer?.constants.some(({ fixed, same_as }) => !fixed && same_as === null) ?? true
  return free ? null : 'No constant of it is free: there is nothing to fit.'
}

export const fitDraft: UserAction = {
  id: 'fit_draft',
  title: 'Fit the draft’s constants',
  group: 'Model',
  // Enter, from any field of the draft; elsewhere it accepts suggestions.
  keys: [],
  hint: 'Move the free constants to the least squares of all rows, from the values that are shown (Enter).',
  enabled: (context) => obstacle(context) === null,
  obstacle,
  run: ({ draft }) => {
    draft.formula?.fit()
  },
}

export const findStarts: UserAction = {
  id: 'find_starts',
  title: 'Find starts for the draft',
  group: 'Model',
  keys: [],
  hint: 'Look for a better minimum anywhere, not only beside the values that are shown.',
  enabled: (context) => obstacle(context) === null,
  obstacle,
  run: ({ draft }) => {
    draft.formula?.fit(true)
  },
}

export const backToStart: UserAction = {
  id: 'back_to_start',
  title: 'Back to the draft’s start values',
  group: 'Model',
  keys: [],
  hint: 'Every constant where the fit began.',
  enabled: ({ draft }) => draft.open && draft.formula?.start != null && !draft.formula.atStart,
  obstacle: () => 'The constants are at their start values.',
  run: ({ draft }) => {
    draft.formula?.backToStart()
  },
}

export const profileDraft: UserAction = {
  id: 'profile_draft',
  title: 'Profile likelihoods of the draft',
  group: 'Model',
  keys: [],
  hint: 'How the misfit grows when one constant is held beside its best value and all others are refitted.',
  enabled: ({ draft }) => draft.open && draft.formula?.fitted != null && draft.formula.stale === null,
  obstacle: () => 'Fit first: profiles are those of a fit.',
  run: ({ draft }) => {
    draft.formula?.profile()
  },
}
