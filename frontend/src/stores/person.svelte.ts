/** The name that others see beside what is changed from this browser; kept here and nowhere else. */
import { store, stored } from './storage'

/** As long as the server takes. */
export const LONGEST_NAME = 40
/** So many guests are told apart by their default name. */
const GUESTS = 900

function guest(): string {
  const name = `Guest ${100 + Math.floor(GUESTS * Math.random())}`
  store('name', name)
  return name
}

class PersonStore {
  name = $state('')
  /** Called with a new name. */
  onrename: (name: string) => void = () => undefined

  constructor() {
    const name = stored<unknown>('name', null)
    this.name = typeof name === 'string' && name.trim() !== '' ? name.slice(0, LONGEST_NAME) : guest()
  }

  /** Take another name; an empty one leaves the old. */
  rename(name: string): void {
    const kept = name.trim().slice(0, LONGEST_NAME)
    if (kept === '' || kept === this.name) return
    this.name = kept
    store('name', kept)
    this.onrename(kept)
  }
}

export const person = new PersonStore()
