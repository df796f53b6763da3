/** What can be chosen for a training or a new network: short title, and a sentence that says when it is right. The first is the default. */
import type { Action, NetworkView } from '../contract'
import type { Task } from './task'

type Of<K extends Action['kind']> = Extract<Action, { kind: K }>

export type Method = Of<'train'>['method']
export type Objective = Of<'train'>['objective']
export type Base = Of<'initialise'>['base']
export type Knots = Of<'initialise'>['knots']
export type Precision = Of<'initialise'>['precision']

export interface Choice<Value extends string> {
  value: Value
  title: string
  /** What it means and when to take it. */
  meaning: string
}

export const METHODS: readonly Choice<Method>[] = [
  {
    value: 'auto',
    title: 'Automatic',
    meaning: 'Chosen from the size of network and table; the running action says which and why.',
  },
  {
    value: 'levenberg_marquardt',
    title: 'Levenberg–Marquardt',
    meaning: 'Second order and exact: the quickest way to the bottom for small networks.',
  },
  {
    value: 'lbfgs',
    title: 'L-BFGS',
    meaning: 'Learns the curvature from its steps: for networks too large for Levenberg–Marquardt.',
  },
  {
    value: 'adam',
    title: 'Adam',
    meaning: 'Many small steps on batches of rows: for very wide networks and very long tables.',
  },
]

const OBJECTIVES: readonly Choice<Objective>[] = [
  {
    value: 'auto',
    title: 'Automatic',
    meaning: 'Squared error for numbers, cross-entropy for classes.',
  },
  { value: 'squared', title: 'Squared error', meaning: 'Right when errors are like Gaussian noise.' },
  {
    value: 'huber',
    title: 'Huber',
    meaning: 'Squared for small errors, linear beyond δ: a few wild rows pull less.',
  },
  {
    value: 'cross_entropy',
    title: 'Cross-entropy',
    meaning: 'For targets that are classes: the outputs become log-odds.',
  },
]

/** The objectives that suit what a session learns. */
export function objectivesFor(task: Task): readonly Choice<Objective>[] {
  const foreign: readonly Objective[] = task === 'classification' ? ['squared', 'huber'] : ['cross_entropy']
  return OBJECTIVES.filter(({ value }) => !foreign.includes(value))
}

/** The chosen objective where it suits the task; the choice may come from a session with the other task. */
export function objectiveFor(task: Task, chosen: Objective): Objective {
  return objectivesFor(task).some(({ value }) => value === chosen) ? chosen : 'auto'
}

export const BASES: readonly Choice<Base>[] = [
  { value: 'none', title: 'None', meaning: 'Splines alone; they contain constants and slopes already.' },
  {
    value: 'silu',
    title: 'SiLU',
    meaning: 'w·x/(1 + e⁻ˣ) beside each spline, as in the KAN paper: helps deep networks to start.',
  },
  { value: 'identity', title: 'Identity', meaning: 'w·x beside each spline: a slope beyond the grid.' },
]

export const KNOTS: readonly Choice<Knots>[] = [
  { value: 'uniform', title: 'Uniform', meaning: 'Equal distances: quickest, and right for even data.' },
  {
    value: 'quantile',
    title: 'Quantile',
    meaning: 'As many rows between any two knots: finer where the data crowd.',
  },
]

export const PRECISIONS: readonly Choice<Precision>[] = [
  { value: 'float64', title: '64 bit', meaning: 'Errors down to about 1e-15: needed for exact formulas.' },
  { value: 'float32', title: '32 bit', meaning: 'Half the memory; errors end at about 1e-6.' },
]

/** What a network's edge functions are made of; what is as usual is left out: `degree 3, SiLU base`. */
export function splinesText({ degree, knots, base, precision }: NetworkView): string {
  const bases = { none: '', silu: 'SiLU base', identity: 'identity base', mixed: 'mixed bases' }
  const parts = [
    `degree ${degree}`,
    knots === 'quantile' ? 'quantile knots' : '',
    bases[base],
    precision === 'float32' ? '32 bit' : '',
  ]
  return parts.filter((part) => part !== '').join(', ')
}
