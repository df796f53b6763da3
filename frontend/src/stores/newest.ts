/**
 * Questions of which only the newest counts: one at a time is on its way, the newest waits for it, and what was asked
 * between the two is never sent. So answers come in the order of their questions, as fast as they can be had.
 */
export class Newest<Question> {
  #busy = false
  #waiting: { question: Question } | null = null
  /** Answers to what was asked before this are about something else. */
  #generation = 0

  /** `answer` asks and takes the answer; `current` tells whether anybody still wants it. */
  constructor(private readonly answer: (question: Question, current: () => boolean) => Promise<void>) {}

  get busy(): boolean {
    return this.#busy
  }

  ask(question: Question): void {
    this.#waiting = { question }
    if (!this.#busy) void this.#work()
  }

  /** Nobody wants the answers any more. */
  forget(): void {
    this.#waiting = null
    this.#generation += 1
  }

  async #work(): Promise<void> {
    this.#busy = true
    try {
      while (this.#waiting !== null) {
        const { question } = this.#waiting
        this.#waiting = null
        const generation = this.#generation
        await this.answer(question, () => generation === this.#generation)
      }
    } finally {
      this.#busy = false
    }
  }
}
