import { describe, expect, it } from 'vitest'
import { Newest } from './newest'

/** A server that answers when the test says so. */
class Slow {
  asked: number[] = []
  taken: number[] = []
  #answers: (() => void)[] = []
  readonly newest = new Newest<number>(async (question, current) => {
    this.asked.push(question)
    await new Promise<void>((resolve) => this.#answers.push(resolve))
    if (current()) this.taken.push(question)
  })

  async reply(): Promise<void> {
    this.#answers.shift()?.()
    await new Promise((resolve) => setTimeout(resolve))
  }
}

describe('questions of which only the newest counts', () => {
  it('have one on its way at a time, and pass over what came between', async () => {
    const slow = new Slow()
    for (const question of [1, 2, 3, 4]) slow.newest.ask(question)
    expect(slow.asked).toEqual([1])
    await slow.reply()
    expect(slow.asked).toEqual([1, 4])
    await slow.reply()
    expect(slow.taken).toEqual([1, 4])
    expect(slow.newest.busy).toBe(false)
  })

  it('show what is known on the way, never an older answer over a newer one', async () => {
    const slow = new Slow()
    slow.newest.ask(1)
    slow.newest.ask(2)
    await slow.reply()
    slow.newest.ask(3)
    await slow.reply()
    await slow.reply()
    expect(slow.taken).toEqual([1, 2, 3])
  })

  it('are forgotten together with the answer that is still to come', async () => {
    const slow = new Slow()
    slow.newest.ask(1)
    slow.newest.ask(2)
    slow.newest.forget()
    await slow.reply()
    expect(slow.asked).toEqual([1])
    expect(slow.taken).toEqual([])
    slow.newest.ask(5)
    await slow.reply()
    expect(slow.taken).toEqual([5])
  })

  it('are asked again when all is answered', async () => {
    let asked = 0
    const newest = new Newest<number>(() => {
      asked += 1
      return Promise.resolve()
    })
    newest.ask(1)
    await Promise.resolve()
    newest.ask(2)
    await Promise.resolve()
    expect(asked).toBe(2)
  })
})
