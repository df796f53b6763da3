// @vitest-environment jsdom
import { flushSync, mount, unmount } from 'svelte'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ColumnView } from '../../contract'
import { makeNetwork } from '../../model/network.fake'
import { makeState } from '../../model/session.fake'
import { app } from '../../stores/app.svelte'
import { settings } from '../../stores/settings.svelte'
import AdvancedSettings from './AdvancedSettings.svelte'

const column = (name: string, role: ColumnView['role']): ColumnView => ({
  name,
  role,
  unit: null,
  usable: true,
  note: null,
  minimum: 0,
  maximum: 1,
  mean: 0.5,
  missing: 0,
  histogram: [],
  labels: [],
})

function show(columns: readonly ColumnView[]): void {
  const state = makeState(makeNetwork([2, 5, 1]))
  if (state.session === null) return
  const dataset = { ...state.session.dataset, columns: [...columns] }
  app.state = { ...state, session: { ...state.session, dataset, inputs: ['x'], targets: ['z'] } }
}

describe('the advanced settings', () => {
  let view: Record<string, unknown>

  beforeEach(() => {
    show([column('x', 'input'), column('z', 'target'), column('w', 'ignored')])
    view = mount(AdvancedSettings, { target: document.body })
    flushSync()
  })

  afterEach(async () => {
    await unmount(view)
    settings.reset()
    app.clear()
  })

  function field(label: string): HTMLInputElement | HTMLSelectElement | null {
    const found = [...document.querySelectorAll('label')].find((each) => each.textContent === label)
    return document.getElementById(found?.htmlFor ?? 'none') as HTMLInputElement | HTMLSelectElement | null
  }

  function told(label: string): string {
    const id = field(label)?.getAttribute('aria-describedby') ?? 'none'
    return document.getElementById(id)?.textContent ?? ''
  }

  function choose(label: string, value: string): void {
    const element = field(label)
    if (element === null) throw new Error(`no field ${label}`)
    element.value = value
    element.dispatchEvent(new Event('change', { bubbles: true }))
    flushSync()
  }

  it('are closed until asked for', () => {
    expect(document.querySelector('details')?.open).toBe(false)
  })

  it('say in a sentence what the chosen trainer is for, and name the default', () => {
    expect(told('Trainer')).toMatch(/^Chosen from the size/)
    choose('Trainer', 'lbfgs')
    expect(settings.training.method).toBe('lbfgs')
    expect(told('Trainer')).toMatch(/^Learns the curvature .* Default Automatic\.$/)
    expect(document.querySelector('summary')?.textContent).toContain('changed')
  })

  it('show batch and rate only for Adam, δ only for Huber', () => {
    expect([field('Batch'), field('Rate'), field('δ')]).toEqual([null, null, null])
    choose('Trainer', 'adam')
    choose('Objective', 'huber')
    expect([field('Batch')?.value, field('Rate')?.value, field('δ')?.value]).toEqual(['1024', '0.01', '1'])
  })

  it('offer to compile only to trainers that take many steps', () => {
    const box = (): HTMLInputElement | undefined =>
      [...document.querySelectorAll('label')]
        .find((each) => each.textContent.includes('Compile first'))
        ?.querySelector('input') ?? undefined
    for (const method of ['auto', 'levenberg_marquardt']) {
      choose('Trainer', method)
      expect(box()).toBeUndefined()
    }
    for (const method of ['adam', 'lbfgs']) {
      choose('Trainer', method)
      expect(box()?.checked).toBe(settings.training.compile)
    }
    box()?.click()
    expect(settings.training.compile).toBe(true)
  })

  it('take stages as text and say what is wrong with it', () => {
    choose('Stages', '8 16')
    expect(settings.training.stages).toEqual([8, 16])
    expect(told('Stages')).toContain('Default 10, 20, 50.')
    choose('Stages', 'many')
    expect(settings.training.stages).toEqual([8, 16])
    expect(told('Stages')).toMatch(/^Whole numbers from 1 to 400/)
  })

  it('take whole numbers where parts make no sense, and parts where they do', () => {
    choose('Steps', '80.4')
    choose('Entropy κ', '1.5')
    expect([settings.training.steps, field('Steps')?.value, settings.training.entropy]).toEqual([
      80,
      '80',
      1.5,
    ])
  })

  it('go back to the defaults in one click', () => {
    choose('Knots', 'quantile')
    choose('Spline degree', '5')
    document.querySelector<HTMLButtonElement>('details > button')?.click()
    flushSync()
    expect([settings.network.knots, settings.network.degree, settings.changed]).toEqual([
      'uniform',
      null,
      false,
    ])
  })
})
