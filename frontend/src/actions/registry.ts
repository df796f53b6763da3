/**
 * All user actions. Buttons, keys and the command palette run the same ones from here; adding one means adding a
 * file and a line.
 */
import { app } from '../stores/app.svelte'
import * as client from '../stores/client'
import { comparison } from '../stores/comparison.svelte'
import { constants } from '../stores/constants.svelte'
import { draft } from '../stores/draft.svelte'
import { equation } from '../stores/equation.svelte'
import { equationForm } from '../stores/equation_form.svelte'
import { inspection } from '../stores/inspection.svelte'
import { kept } from '../stores/kept.svelte'
import { merging } from '../stores/merging.svelte'
import { ownFunction } from '../stores/own_function.svelte'
import { router } from '../stores/router.svelte'
import { search } from '../stores/search.svelte'
import { settings } from '../stores/settings.svelte'
import { sharing } from '../stores/sharing.svelte'
import { sheets } from '../stores/sheets.svelte'
import { start } from '../stores/start.svelte'
import { toasts } from '../stores/toasts.svelte'
import { ui } from '../stores/ui.svelte'
import { hindrance, type Context, type UserAction } from './user_action'
import { acceptSuggestion } from './accept_suggestion'
import { annotateRevision } from './annotate_revision'
import { backToHead } from './back_to_head'
import { changeName } from './change_name'
import { compareRevisions } from './compare_revisions'
import { copyLink } from './copy_link'
import { lookAt } from './look_at'
import { makeHead } from './make_head'
import { mergeNow } from './merge_now'
import { assignFunction } from './assign_function'
import { beginEquations } from './begin_equations'
import { beginSample } from './begin_sample'
import { beginSession } from './begin_session'
import { readTable } from './read_table'
import { defineFunction } from './define_function'
import { deepen } from './deepen'
import { deleteDataset } from './delete_dataset'
import { deleteSession } from './delete_session'
import { openDataset } from './open_dataset'
import { openSession } from './open_session'
import { cancel } from './cancel'
import { copyFit } from './copy_fit'
import { copyConstant } from './copy_constant'
import { escape } from './escape'
import { exportMenu } from './export_menu'
import { copies, copyInFull, downloads } from './exports'
import { extendGrid } from './extend_grid'
import { findFormula } from './find_formula'
import { backToStart, findStarts, fitDraft, profileDraft } from './fit_draft'
import { fitEquation } from './fit_equation'
import { forgetFunction } from './forget_function'
import { backToSpline } from './back_to_spline'
import { home } from './home'
import { leaveDraft } from './leave_draft'
import { lockEdge } from './lock_edge'
import { mergeRevision } from './merge_revision'
import { openHelp } from './open_help'
import { openPalette } from './open_palette'
import { pause } from './pause'
import { previewSuggestion } from './preview_suggestion'
import { pruneBelow } from './prune_below'
import { pruneSelection } from './prune_selection'
import { redo } from './redo'
import { refineEdge } from './refine_edge'
import { refineInStages } from './refine_in_stages'
import { refit } from './refit'
import { refitConstants } from './refit_constants'
import { renameSession } from './rename_session'
import { restoreDataset } from './restore_dataset'
import { restoreSession } from './restore_session'
import { runOrPause } from './run_or_pause'
import { sendEquation } from './send_equation'
import { setBaseIdentity, setBaseNone, setBaseSilu } from './set_base'
import { share } from './share'
import { showConstants } from './show_constants'
import { showGraph } from './show_graph'
import { showMatrix } from './show_matrix'
import { showRows } from './show_rows'
import { showTable } from './show_table'
import { setConstants } from './set_constants'
import { snapAll } from './snap_all'
import { solve } from './solve'
import { startFromFormula } from './start_from_formula'
import { startOver } from './start_over'
import { takeDraft } from './take_draft'
import { takeFormula } from './take_formula'
import { themeDark } from './theme_dark'
import { themeLight } from './theme_light'
import { themeSystem } from './theme_system'
import { train } from './train'
import { undo } from './undo'
import { widenProduct, widenSum } from './widen'
import { writeEquations } from './write_equations'

export const context: Context = {
  app,
  ui,
  inspection,
  search,
  settings,
  toasts,
  router,
  sheets,
  start,
  kept,
  draft,
  equation,
  equationForm,
  client,
  constants,
  comparison,
  merging,
  ownFunction,
  sharing,
}

export const actions = {
  train,
  solve,
  fitEquation,
  sendEquation,
  runOrPause,
  pause,
  cancel,
  refit,
  refitConstants,
  extendGrid,
  refineInStages,
  findFormula,
  takeFormula,
  startOver,
  startFromFormula,
  takeDraft,
  fitDraft,
  findStarts,
  backToStart,
  profileDraft,
  copyFit,
  leaveDraft,
  widenSum,
  widenProduct,
  deepen,
  setBaseNone,
  setBaseSilu,
  setBaseIdentity,
  mergeRevision,
  mergeNow,
  pruneSelection,
  pruneBelow,
  previewSuggestion,
  acceptSuggestion,
  assignFunction,
  defineFunction,
  forgetFunction,
  backToSpline,
  lockEdge,
  refineEdge,
  undo,
  redo,
  lookAt,
  makeHead,
  backToHead,
  compareRevisions,
  annotateRevision,
  renameSession,
  changeName,
  share,
  copyLink,
  showConstants,
  setConstants,
  snapAll,
  copyConstant,
  exportMenu,
  openPalette,
  openHelp,
  escape,
  showGraph,
  showMatrix,
  showTable,
  showRows,
  themeSystem,
  themeLight,
  themeDark,
  home,
  beginSample,
  beginSession,
  beginEquations,
  writeEquations,
  readTable,
  deleteSession,
  restoreSession,
  deleteDataset,
  restoreDataset,
  openDataset,
  openSession,
}

/** Every action, for the palette and the keys; those run from there do without an argument. */
export const registry: readonly UserAction<never>[] = [
  ...Object.values(actions),
  ...[...copies, copyInFull, ...downloads].map(({ action }) => action),
]

/** Whether an action can be run now; reactive. */
export function isEnabled<Argument>(action: UserAction<Argument>, argument?: Argument): boolean {
  return action.enabled(context, argument)
}

/** Why an action cannot be run now, in a sentence; null when it can. */
export function obstacleTo<Argument>(action: UserAction<Argument>, argument?: Argument): string | null {
  if (action.enabled(context, argument)) return null
  return action.obstacle?.(context, argument) ?? hindrance(context)
}

/** Run an action when it can be run; false when it cannot. */
export function run<Argument>(action: UserAction<Argument>, argument?: Argument): boolean {
  if (!action.enabled(context, argument)) return false
  void action.run(context, argument)
  return true
}
