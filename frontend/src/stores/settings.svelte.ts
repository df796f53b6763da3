/** How the next training is to be done, what the next new network is like, and how the panel stands; kept in this browser. */
import type { Base, Knots, Method, Objective, Precision } from '../model/choices'
import { stored, store } from './storage'

export interface TrainingSettings {
  steps: number
  sparsity: number
  entropy: number
  updateGrid: boolean
  method: Method
  objective: Objective
  huberDelta: number
  smoothness: number
  batch: number
  rate: number
  compile: boolean
  /** Grids of a refinement in stages. */
  stages: readonly number[]
}

export interface NetworkSettings {
  intervals: number
  /** Null is what suits the session. */
  degree: number | null
  knots: Knots
  base: Base
  precision: Precision
  arity: number
  noiseScale: number
  seed: number
}

/** What suits most tables; the server's defaults, which a test compares with the contract. */
export const trainingDefaults: TrainingSettings = {
  steps: 60,
  sparsity: 0.01,
  entropy: 2,
  updateGrid: true,
  method: 'auto',
  objective: 'auto',
  huberDelta: 1,
  smoothness: 0,
  batch: 1024,
  rate: 0.01,
  compile: false,
  stages: [10, 20, 50],
}

export const networkDefaults: NetworkSettings = {
  intervals: 5,
  degree: null,
  knots: 'uniform',
  base: 'none',
  precision: 'float64',
  arity: 2,
  noiseScale: 0.05,
  seed: 0,
}

function differs<Values extends object>(values: Values, defaults: Values): boolean {
  return (Object.keys(defaults) as (keyof Values)[]).some(
    (name) => String(values[name]) !== String(defaults[name]),
  )
}

class SettingsStore {
  training = $state<TrainingSettings>({
    ...trainingDefaults,
    ...stored<Partial<TrainingSettings>>('training', {}),
  })
  network = $state<NetworkSettings>({
    ...networkDefaults,
    ...stored<Partial<NetworkSettings>>('network', {}),
  })
  advancedOpen = $state(stored('advanced-open', false))

  readonly changed = $derived(
    differs(this.training, trainingDefaults) || differs(this.network, networkDefaults),
  )

  change(part: Partial<TrainingSettings>): void {
    this.training = { ...this.training, ...part }
    store('training', this.training)
  }

  changeNetwork(part: Partial<NetworkSettings>): void {
    this.network = { ...this.network, ...part }
    store('network', this.network)
  }

  reset(): void {
    this.change(trainingDefaults)
    this.changeNetwork(networkDefaults)
  }

  setAdvancedOpen(open: boolean): void {
    this.advancedOpen = open
    store('advanced-open', open)
  }
}

export const settings = new SettingsStore()
