/** Where the server can be reached, asked for when a link is to be shared. */
import type { ServerView } from '../contract'
import { rest } from '../transport/rest_client'
import { Resource } from './resource.svelte'

class SharingStore {
  readonly server = new Resource<ServerView>()

  /** Ask anew: networks come and go. */
  async ask(): Promise<void> {
    this.server.reset()
    await this.server.load('server', (signal) => rest.server(signal))
  }
}

export const sharing = new SharingStore()
