/** A function of one's own while it is typed for an edge: the text stays until the server has taken it. */
import { isOwn, fullName } from '../model/own_function'
import { Errand } from './errand.svelte'

class OwnFunctionStore {
  text = $state('')
  readonly errand = new Errand()
  /** As the server is asked for it. */
  readonly name = $derived(isOwn(this.text) ? fullName(this.text) : this.text.trim())

  write(text: string): void {
    this.text = text
    this.errand.forgive()
  }

  /** Begin with nothing. */
  clear(): void {
    this.text = ''
    this.errand.reset()
  }

  /** Look whether the server has taken it; then the field is free for the next. */
  settle(): boolean {
    const done = this.errand.settle()
    if (done) this.text = ''
    return done
  }
}

export const ownFunction = new OwnFunctionStore()
