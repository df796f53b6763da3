// @vitest-environment jsdom
/** What the page fills in before a person has changed anything is what the server would fill in. */
import { describe, expect, it } from 'vitest'
import { components } from '../contract/openapi.json'
import { POINTS } from '../model/equation_form'
import { standardDegree } from '../model/equation_session'
import { equationDefaults } from './equation.svelte'
import { searchDefaults } from './search.svelte'
import { networkDefaults, trainingDefaults } from './settings.svelte'

/** Defaults of a message, by name. */
function defaultsOf(message: 'FitEquation' | 'Train' | 'Initialise' | 'Search' | 'CreateEquations') {
  return Object.fromEntries(
    Object.entries(components.schemas[message].properties).flatMap(([name, each]: [string, object]) =>
      'default' in each ? [[name, each.default]] : [],
    ),
  )
}

describe('the defaults of the page are those of the contract', () => {
  it('when a network is fitted to equations', () => {
    expect(defaultsOf('FitEquation')).toMatchObject(equationDefaults)
    expect(defaultsOf('CreateEquations')).toMatchObject({ points: POINTS.standard })
  })

  it('when it is trained', () => {
    const { updateGrid, huberDelta, stages, ...named } = trainingDefaults
    expect(stages.length).toBeGreaterThan(0)
    expect(defaultsOf('Train')).toMatchObject({ ...named, update_grid: updateGrid, huber_delta: huberDelta })
  })

  it('when it begins afresh', () => {
    const { noiseScale, degree, ...named } = networkDefaults
    expect(degree).toBeNull()
    expect(defaultsOf('Initialise')).toMatchObject({
      ...named,
      degree: standardDegree(null),
      noise_scale: noiseScale,
    })
  })

  it('when a formula is searched', () => {
    expect(defaultsOf('Search')).toMatchObject(searchDefaults)
  })
})
