/** What the start page begins with: samples, and a table on its way to a session. */
import type { DatasetView, Judging, Problem, SampleView } from '../contract'
import { usualJudging } from '../model/judging'
import { rowRoles, suggestedRoles, withNewRole, withRole, type Role, type Roles } from '../model/roles'
import { usualTask, type Task } from '../model/task'
import { asProblem } from '../transport/problem'
import { rest, type ReadAs } from '../transport/rest_client'
import { Resource } from './resource.svelte'

export type { ReadAs } from '../transport/rest_client'

class StartStore {
  readonly samples = new Resource<SampleView[]>()

  dataset = $state.raw<DatasetView | null>(null)
  roles = $state.raw<Roles>({})
  /** Which rows are to judge. */
  judging = $state.raw<Judging>(usualJudging)
  readAs = $state.raw<ReadAs>({})
  /** What a person decided to learn; null leaves it to what suits the target. */
  #task = $state<Task | null>(null)
  readonly task = $derived(
    this.dataset === null ? 'regression' : (this.#task ?? usualTask(this.dataset, this.roles)),
  )
  name = $state('')
  /** What is going on, in words; null when nothing is. */
  busy = $state<string | null>(null)
  problem = $state.raw<Problem | null>(null)
  /** The chosen file, kept so that it can be read in another way. */
  file = $state.raw<File | null>(null)
  /** Whether the chosen file could not be read as it was told to be. */
  unread = $state(false)

  load(): void {
    void this.samples.load('samples', () => rest.samples(), true)
  }

  /** Take a table that is kept; the report is the answer. */
  async open(dataset: string): Promise<void> {
    await this.#doing('Opening …', async () => {
      this.file = null
      this.#take(await rest.dataset(dataset))
    })
  }

  /** Read a table; the report is the answer. */
  async read(file: File, readAs: ReadAs = {}): Promise<void> {
    this.file = file
    this.readAs = readAs
    const read = await this.#doing(`Reading ${file.name} …`, async () => {
      this.#take(await rest.upload(file, readAs))
      return true
    })
    this.unread = read === null
  }

  setTask(task: Task): void {
    this.#task = task
  }

  setRole(column: string, role: Role): void {
    this.#task = null
    this.roles = withNewRole(this.roles, column, role)
    // A column has one part.
    if (role !== 'ignored' && this.judging.column === column) this.judge({ column: null, value: null })
  }

  judge(part: Partial<Judging>): void {
    this.judging = { ...this.judging, ...part }
  }

  /** Put the table away. */
  reset(): void {
    this.dataset = null
    this.file = null
    this.unread = false
    this.readAs = {}
    this.problem = null
    this.busy = null
  }

  /** Start a session on the table as it is set; its id, or null when it could not be started. */
  async begin(): Promise<string | null> {
    const { dataset, roles, name, task, judging } = this
    if (dataset === null) return null
    return this.#doing('Starting …', () => this.#create(dataset, roles, name, task, judging))
  }

  /** Take a sample and start a session with the roles it comes with. */
  async beginSample(sample: SampleView): Promise<string | null> {
    return this.#doing(`Opening ${sample.title} …`, async () => {
      const dataset = await rest.takeSample(sample.name)
      return this.#create(dataset, suggestedRoles(dataset), sample.title)
    })
  }

  #take(dataset: DatasetView): void {
    if (this.dataset === null) this.name = dataset.name.replace(/\.\w+$/, '')
    this.dataset = dataset
    this.roles = suggestedRoles(dataset)
    this.judging = usualJudging
    this.#task = null
  }

  async #create(
    dataset: DatasetView,
    roles: Roles,
    name: string,
    task?: Task,
    judging = usualJudging,
  ): Promise<string> {
    const { id } = await rest.createSession({
      dataset: dataset.id,
      inputs: withRole(dataset, roles, 'input'),
      targets: withRole(dataset, roles, 'target'),
      rows: rowRoles(dataset, roles, judging),
      ...(task === undefined ? {} : { task }),
      ...(name.trim() === '' ? {} : { name: name.trim() }),
    })
    return id
  }

  async #doing<T>(what: string, work: () => Promise<T>): Promise<T | null> {
    this.busy = what
    this.problem = null
    try {
      return await work()
    } catch (error) {
      this.problem = asProblem(error)
      return null
    } finally {
      this.busy = null
    }
  }
}

export const start = new StartStore()
