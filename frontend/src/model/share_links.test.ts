/** Links that others can open, and the words where they cannot. */
import { describe, expect, it } from 'vitest'
import { shareLinks } from './share_links'

const here = (hostname: string) => ({ hostname, origin: `http://${hostname}:8765` })
const server = { version: '1', shared: false, addresses: [] as string[], token: false }

describe('a link to share', () => {
  it.each(['localhost', '127.0.0.1', '127.8.8.8', '[::1]', 'kanscope.localhost'])(
    'of a server that listens on this machine only is said to be one (%s)',
    (hostname) => {
      expect(shareLinks(here(hostname), '/s/1', server)).toEqual({
        kind: 'here',
        link: `http://${hostname}:8765/s/1`,
      })
    },
  )

  it('under an address that every machine has for itself is one of the server’s own addresses', () => {
    const addresses = ['http://10.0.0.5:8765', 'http://[2001:db8::7]:8765']
    expect(shareLinks(here('localhost'), '/s/1?rev=r', { ...server, shared: true, addresses })).toEqual({
      kind: 'links',
      links: ['http://10.0.0.5:8765/s/1?rev=r', 'http://[2001:db8::7]:8765/s/1?rev=r'],
    })
  })

  it('is the present one where the page was opened from elsewhere, whatever the server believes', () => {
    const link = { kind: 'links', links: ['http://lab.example:8765/s/1'] }
    expect(shareLinks(here('lab.example'), '/s/1', server)).toEqual(link)
    expect(shareLinks(here('lab.example'), '/s/1', { ...server, shared: true })).toEqual(link)
  })

  it('is not known where the server knows no address', () => {
    expect(shareLinks(here('localhost'), '/s/1', { ...server, shared: true }).kind).toBe('unknown')
  })
})
