/** The functions an edge can be given, fetched once when they are first asked for. */
import type { PrimitiveView } from '../contract'
import { rest } from '../transport/rest_client'
import { Resource } from './resource.svelte'

class LibraryStore {
  readonly #list = new Resource<PrimitiveView[]>()
  readonly primitives = $derived(this.#list.value ?? [])

  load(): void {
    void this.#list.load('primitives', () => rest.primitives())
  }

  /** The function of exactly this name; capitals do not matter. */
  find(name: string): PrimitiveView | null {
    return this.primitives.find((primitive) => primitive.name.toLowerCase() === name.toLowerCase()) ?? null
  }

  /** Names that begin with or contain what was typed. */
  near(name: string): string[] {
    const typed = name.toLowerCase()
    const names = this.primitives.map((primitive) => primitive.name)
    const begins = names.filter((each) => each.toLowerCase().startsWith(typed))
    return (begins.length > 0 ? begins : names.filter((each) => each.toLowerCase().includes(typed))).slice(
      0,
      4,
    )
  }
}

export const library = new LibraryStore()
