/** How the next training is to be done, and how the panel stands; kept in this browser. */
import { stored, store } from './storage'

export interface TrainingSettings {
  steps: number
  sparsity: number
  entropy: number
  updateGrid: boolean
  seed: number
  intervals: number
  method: 'auto' | 'levenberg_marquardt'
}

/** What suits most tables; the same as the server's defaults. */
export const trainingDefaults: TrainingSettings = {
  steps: 60,
  sparsity: 0.01,
  entropy: 2,
  updateGrid: true,
  seed: 0,
  intervals: 5,
  method: 'auto',
}

class SettingsStore {
  training = $state<TrainingSettings>({
    ...trainingDefaults,
    ...stored<Partial<TrainingSettings>>('training', {}),
  })
  advancedOpen = $state(stored('advanced-open', false))

  readonly changed = $derived(
    (Object.keys(trainingDefaults) as (keyof TrainingSettings)[]).some(
      (name) => this.training[name] !== trainingDefaults[name],
    ),
  )

  change(part: Partial<TrainingSettings>): void {
    this.training = { ...this.training, ...part }
    store('training', this.training)
  }

  reset(): void {
    this.change(trainingDefaults)
  }

  setAdvancedOpen(open: boolean): void {
    this.advancedOpen = open
    store('advanced-open', open)
  }
}

export const settings = new SettingsStore()
