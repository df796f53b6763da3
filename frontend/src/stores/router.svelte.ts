/**
 * Keeps the address and the page in step (History API). A move to another session is an entry of the browser's
 * history; so is selecting an edge or looking at a revision: the back button returns to what was shown before.
 */
import { formatAddress, parseAddress, type Address } from '../model/address'

class Router {
  address = $state.raw<Address>({ page: 'start' })

  /** Read the address and follow the back button; returns the way to stop. */
  start(): () => void {
    this.address = parseAddress(location.pathname, location.search)
    const back = () => {
      this.address = parseAddress(location.pathname, location.search)
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

  #set(address: Address, how: 'pushState' | 'replaceState'): void {
    const text = formatAddress(address)
    this.address = address
    if (text !== location.pathname + location.search) history[how](null, '', text)
  }
}

export const router = new Router()
