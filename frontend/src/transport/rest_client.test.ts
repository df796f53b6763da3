import { afterEach, expect, it, vi } from 'vitest'
import { rest } from './rest_client'

afterEach(() => {
  vi.unstubAllGlobals()
})

it('sends how a file is to be read within the form, where the server looks for it', async () => {
  const sent: [string, RequestInit][] = []
  vi.stubGlobal('fetch', (address: string, request: RequestInit) => {
    sent.push([address, request])
    return Promise.resolve(new Response('{}', { status: 201 }))
  })
  await rest.upload(new File(['a;b'], 'table.csv'), { delimiter: ';', header: false })
  const [address, request] = sent[0] ?? ['', {}]
  expect(address).toMatch(/\/datasets$/)
  const form = request.body as FormData
  expect([...form.keys()]).toEqual(['file', 'delimiter', 'header'])
  expect([form.get('delimiter'), form.get('header')]).toEqual([';', 'false'])
})
