/**
 * The words of the contract under short names.
 *
 * Everything comes from `generated.ts`, which `npm run generate` makes from the server's pydantic models.
 * Two things are added by hand: in the binary coding bytes are `Uint8Array`, and a person sends an action
 * without naming what has a default.
 */
import type { components } from './generated'

type Schemas = components['schemas']

export type EdgeId = Schemas['Edge']
export type NodeId = Schemas['Node']
export type EdgeFunction = Schemas['EdgeFunction']
export type EdgeView = Schemas['EdgeView']
export type NodeView = Schemas['NodeView']
export type NetworkView = Schemas['NetworkView']
export type Metrics = Schemas['Metrics']
export type Confusion = Schemas['ConfusionView']
export type FormulaView = Schemas['FormulaView']
export type FrontPoint = Schemas['FrontPoint']
export type SearchFront = Schemas['SearchFront']
export type LossPoint = Schemas['LossPoint']
export type ColumnView = Schemas['ColumnView']
export type DatasetView = Schemas['DatasetView']
export type DatasetRows = Schemas['DatasetRows']
export type SampleView = Schemas['SampleView']
export type RevisionView = Schemas['RevisionView']
export type RevisionSummary = Schemas['RevisionSummary']
export type RunningView = Schemas['RunningView']
export type WaitingView = Schemas['WaitingView']
export type SessionView = Schemas['SessionView']
export type SessionSummary = Schemas['SessionSummary']
export type CreateSession = Schemas['CreateSession']
export type JudgedView = Schemas['JudgedView']
export type Judging = Schemas['Judging']
export type RowRoles = Schemas['RowRoles']
export type CreateEquations = Schemas['CreateEquations']
export type SessionList = Schemas['SessionList']
export type DatasetSummary = Schemas['DatasetSummary']
export type SessionName = Schemas['SessionName']
export type DatasetList = Schemas['DatasetList']
export type Storage = Schemas['Storage']
export type Suggestion = Schemas['Suggestion']
export type Suggestions = Schemas['Suggestions']
export type EdgeDetail = Schemas['EdgeDetail']
export type CandidateCurve = Schemas['CandidateCurve']
export type FormulaConstants = Schemas['FormulaConstants']
export type ConstantView = Schemas['ConstantView']
export type TermView = Schemas['TermView']
/** What is to become of a constant; what is absent stays. */
export type ConstantChange = Pick<Schemas['ConstantChange'], 'name'> & Partial<Schemas['ConstantChange']>
export type OwnFunction = Schemas['OwnFunction']
export type Validity = Schemas['Validity']
export type WholeModel = Schemas['WholeModel']
export type PruneProposal = Schemas['PruneProposal']
export type ConstantSetting = Schemas['ConstantSetting']
export type ModelDraft = Schemas['ModelDraft']
export type DraftAnswer = Schemas['DraftAnswer']
export type DraftConstant = Schemas['DraftConstant']
export type DraftRows = Schemas['DraftRows']
export type DraftResult = Schemas['DraftResult']
export type DraftProfile = Schemas['DraftProfile']
export type DropPrice = Schemas['DropPrice']
export type DraftPrice = Schemas['DraftPrice']
export type PrimitiveView = Schemas['PrimitiveView']
export type ExportDocument = Schemas['ExportDocument']
export type Problem = Schemas['Problem']
export type ServerView = Schemas['ServerView']
/** Curves in JSON: bytes are base64. */
export type CurvesText = Schemas['Curves']

/** Every change as a revision remembers it: complete. */
export type Action = Schemas['Action']

/** What must be said of an action; the rest has defaults on the server. */
interface MustSay {
  initialise: never
  train: never
  grid_schedule: 'intervals'
  fit_equation: never
  extend_grid: 'intervals'
  prune: never
  set_symbolic: 'edge' | 'primitive'
  set_spline: 'edge'
  lock: 'edges'
  refit: never
  set_constants: never
  define_primitive: 'text'
  forget_primitive: 'name'
  search: never
  adopt: 'search' | 'index'
  widen: 'layer'
  deepen: 'position'
  set_base: 'base'
  from_formula: 'formulas'
  merge: 'revision'
}

type Draft<K extends Action['kind'], A = Extract<Action, { kind: K }>> = { kind: K } & Pick<
  A,
  MustSay[K] & keyof A
> &
  Partial<Omit<A, 'kind' | MustSay[K]>>

interface ConstantsDraft {
  kind: 'set_constants'
  changes?: ConstantChange[]
  drop?: string[]
  drop_terms?: string[]
  refit?: boolean
  parent?: string | null
}

/** Every change as a person asks for it. */
export type ActionDraft =
  | { [K in Exclude<Action['kind'], 'set_constants'>]: Draft<K> }[Exclude<Action['kind'], 'set_constants'>]
  | ConstantsDraft

/** A curves frame of the binary coding. */
export interface CurvesFrame {
  type: 'curves'
  seq: number
  revision: string | null
  action_id: string | null
  points: number
  edges: Uint8Array
  x_low: Uint8Array
  x_high: Uint8Array
  y: Uint8Array
  importance: Uint8Array
  density: Uint8Array
}

export type ProgressFrame = Schemas['Progress']
export type LossesFrame = Schemas['Losses']
export type FrontFrame = Schemas['Front']

/** Everything the server tells a page. */
export type Event =
  | Schemas['View']
  | Schemas['ActionStarted']
  | Schemas['ActionPaused']
  | Schemas['Waiting']
  | ProgressFrame
  | LossesFrame
  | FrontFrame
  | CurvesFrame
  | Schemas['RevisionMade']
  | Schemas['HeadMoved']
  | Schemas['ActionEnded']
  | Schemas['AnnotationChanged']
  | Schemas['Presence']
  | Schemas['Notice']
  | Schemas['ProblemEvent']

/** Every type of event the contract knows; fails to compile when `Event` above forgets one. */
export type EventType = Schemas['Event']['type']
type Forgotten = Exclude<EventType, Event['type']>
const nothingForgotten: [Forgotten] extends [never] ? true : Forgotten = true
void nothingForgotten

/** Everything a page tells the server. */
export type Command =
  Exclude<Schemas['Command'], { type: 'act' }> | (Omit<Schemas['Act'], 'action'> & { action: ActionDraft })
