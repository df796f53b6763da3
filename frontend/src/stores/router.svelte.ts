/**
 * Keeps the address and the page in step (History API). A move to another session is an entry of the browser's
 * history; selecting an edge too, so that the back button returns to the edge before; a new head only replaces.
 */
import { formatAddress, parseAddress, type Address } from '../model/address'

class Router {
  address = $state.raw<Address>({ page: 'start' })

  /** Read the address and follow the back button; returns the way to stop. */
  start(): () => void {
    this.address = parseAddress(location.pathname, location.search)
    const back = () => {
      this.#back(parseAddress(location.pathname, location.search))
    }
    addEventListener('popstate', back)
    return () => {
      removeEventListener('popstate', back)
    }
  }

  go(address: Address): void {
    this.#set(address, 'pushState')
  }

  replace(address: Address): void {
    this.#set(address, 'replaceState')
  }

  /** Going back within a session leads to the edge before, not to an older revision: that is what undo is for. */
  #back(to: Address): void {
    const from = this.address
    const within = to.page === 'session' && from.page === 'session' && to.session === from.session
    if (within) this.replace({ ...to, revision: from.revision })
    else this.address = to
  }

  #set(address: Address, how: 'pushState' | 'replaceState'): void {
    const text = formatAddress(address)
    this.address = address
    if (text !== location.pathname + location.search) history[how](null, '', text)
  }
}

export const router = new Router()
