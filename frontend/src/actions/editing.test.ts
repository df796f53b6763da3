// @vitest-environment jsdom
/** What the actions that shape, train and edit a network ask the server for, and when they refuse. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ActionDraft, EdgeView, RevisionSummary, Suggestion } from '../contract'
import { unsolved } from '../model/equation_session'
import { edgeLabel } from '../model/names'
import { makeNetwork } from '../model/network.fake'
import { HEAD, makeState, TRAIN } from '../model/session.fake'
import { app } from '../stores/app.svelte'
import { constants } from '../stores/constants.svelte'
import { inspection } from '../stores/inspection.svelte'
import { search } from '../stores/search.svelte'
import { settings, trainingDefaults } from '../stores/settings.svelte'
import { ui } from '../stores/ui.svelte'
import { lockedEdges } from './find_formula'
import { actions, context, obstacleTo, registry } from './registry'
import type { Context, UserAction } from './user_action'

/** Run an action and return what it asks for. */
function asked<Argument>(action: UserAction<Argument>, argument?: Argument): ActionDraft | null {
  let draft: ActionDraft | null = null
  const recording: Context = {
    ...context,
    client: {
      ...context.client,
      act: (action: ActionDraft) => {
        draft = action
        return true
      },
    },
  }
  if (action.enabled(recording, argument)) void action.run(recording, argument)
  return draft
}

function show(shape: readonly number[], change: (edge: EdgeView) => EdgeView = (edge) => edge): void {
  const network = makeNetwork(shape)
  app.state = makeState({ ...network, edges: network.edges.map(change) })
}

/** A fit to equations that nothing came before. */
function summaryOf(id: string): RevisionSummary {
  return {
    id,
    number: 0,
    parent: null,
    kind: 'fit_equation',
    label: 'solve the equation',
    created_at: '',
    by: null,
    test_rmse: 0,
    accuracy_test: null,
    cross_entropy_test: null,
    equation_rms: 1e-6,
    relative_residual: 1e-6,
    verdict: 'solved',
    complexity: 4,
    symbolic: false,
    front_search: null,
    front_index: null,
    edges_active: 1,
    note: null,
  }
}

function learnClasses(): void {
  if (app.session !== null) app.state = { ...app.state, session: { ...app.session, task: 'classification' } }
}

beforeEach(() => {
  show([2, 5, 1])
})

afterEach(() => {
  ui.clearSelection()
  ui.close()
  settings.reset()
  app.clear()
})

describe('a new network', () => {
  it('is asked for with sum and product nodes apart, and with the settings of new networks', () => {
    settings.changeNetwork({ degree: 4, knots: 'quantile', arity: 3 })
    expect(asked(actions.startOver, [{ sums: 3, products: 2 }])).toEqual({
      kind: 'initialise',
      shape: [2, 3, 1],
      products: [2],
      intervals: 5,
      degree: 4,
      knots: 'quantile',
      base: 'none',
      precision: 'float64',
      arity: 3,
      noise_scale: 0.05,
      seed: 0,
    })
  })

  it('keeps the smooth splines of a session that began with equations, unless another degree is chosen', () => {
    expect(asked(actions.startOver)).toMatchObject({ degree: 3 })
    const { session } = app
    if (session === null) throw new Error('no session')
    const dataset = { ...session.dataset, equations: ['u_x = u'] }
    app.state = { ...app.state, session: { ...session, dataset } }
    expect(asked(actions.startOver)).toMatchObject({ degree: 5 })
    settings.changeNetwork({ degree: 3 })
    expect(asked(actions.startOver)).toMatchObject({ degree: 3 })
  })

  it('has no product nodes unless they are wanted', () => {
    expect(asked(actions.startOver)).toMatchObject({ shape: [2, 5, 1], products: null })
  })
})

describe('a training', () => {
  it('is asked for with the defaults of the server', () => {
    expect(asked(actions.train)).toEqual(expect.objectContaining({ kind: 'train' }))
    const { parent, ...defaults } = TRAIN
    expect(parent).toBeNull()
    expect(asked(actions.train)).toEqual(defaults)
    expect(trainingDefaults.stages).toEqual([10, 20, 50])
  })

  it('takes trainer, objective and what belongs to them', () => {
    settings.change({ method: 'adam', batch: 256, rate: 0.1, objective: 'huber', huberDelta: 0.5 })
    expect(asked(actions.train)).toMatchObject({
      method: 'adam',
      batch: 256,
      rate: 0.1,
      objective: 'huber',
      huber_delta: 0.5,
    })
  })

  it('leaves an objective of the other task to the server', () => {
    settings.change({ objective: 'huber' })
    learnClasses()
    expect(asked(actions.train)).toMatchObject({ objective: 'auto' })
    settings.change({ objective: 'cross_entropy' })
    expect(asked(actions.train)).toMatchObject({ objective: 'cross_entropy' })
    show([2, 5, 1])
    expect(asked(actions.train)).toMatchObject({ objective: 'auto' })
  })

  it('is not replaced by a search where classes are learned, and says why', () => {
    expect(asked(actions.findFormula)).toMatchObject({ kind: 'search', ignore_locked: false })
    learnClasses()
    expect(asked(actions.findFormula)).toBeNull()
    expect(obstacleTo(actions.findFormula)).toMatch('this session learns classes')
  })

  it('is not replaced by a search that would lose locked edges before a person has agreed', () => {
    const { session } = app
    if (session === null) throw new Error('no session')
    const [first, ...others] = session.revision.network.edges
    if (first === undefined) throw new Error('no edge')
    const network = { ...session.revision.network, edges: [{ ...first, locked: true }, ...others] }
    app.state = { ...app.state, session: { ...session, revision: { ...session.revision, network } } }
    expect(lockedEdges({ app })).toEqual([edgeLabel(network, first.id)])
    expect(asked(actions.findFormula)).toBeNull()
    expect(search.asking).toBe(true)
    expect(asked(actions.findFormula, true)).toMatchObject({ kind: 'search', ignore_locked: true })
    expect(search.asking).toBe(false)
  })

  it('goes through the grids ahead in one action', () => {
    expect(asked(actions.refineInStages)).toEqual({ kind: 'grid_schedule', intervals: [5, 10, 20, 50] })
  })
})

describe('a session of equations', () => {
  function beginWithEquations(): void {
    const { session } = app
    if (session === null) return
    const dataset = { ...session.dataset, equations: ['u_x = u', 'u = 1 at x = 0'] }
    app.state = { ...app.state, session: { ...session, dataset } }
  }

  it('is solved by button and by key before there is anything to train on', () => {
    expect(obstacleTo(actions.solve)).toBe('This session began with measured rows.')
    expect(asked(actions.runOrPause)).toMatchObject({ kind: 'train' })
    beginWithEquations()
    expect(asked(actions.solve)).toEqual({ kind: 'fit_equation' })
    expect(asked(actions.runOrPause)).toEqual({ kind: 'fit_equation' })
    expect(asked(actions.train)).toMatchObject({ kind: 'train' })
  })

  it('has nothing that a search could explain before it is solved', () => {
    beginWithEquations()
    expect(obstacleTo(actions.findFormula)).toMatch('Solve the equations first')
  })

  it('is not told to begin with one of several unknowns, which belong together', () => {
    beginWithEquations()
    const { session } = app
    if (session === null) throw new Error('no session')
    app.state = { ...app.state, session: { ...session, targets: ['a', 'b'] } }
    expect(obstacleTo(actions.findFormula)).toBe(
      'A search explains one unknown and there are 2: accept suggestions for single edges instead.',
    )
  })

  it('is solved again by the key once it is solved: training only follows the solution', () => {
    beginWithEquations()
    const { session } = app
    if (session === null) throw new Error('no session')
    const solved = { ...session, head: 'r_1', history: [summaryOf('r_1')] }
    app.state = { ...app.state, session: solved }
    expect(unsolved(app.session)).toBe(false)
    expect(asked(actions.runOrPause)).toEqual({ kind: 'fit_equation' })
  })

  it('is asked for equations in a dialog, like any other that learns numbers', () => {
    expect(asked(actions.fitEquation)).toBeNull()
    expect(ui.dialog).toBe('equation')
    learnClasses()
    expect(obstacleTo(actions.fitEquation)).toMatch('this session learns classes')
  })
})

describe('editing a network', () => {
  it('widens the layer of the selection, else the only hidden layer', () => {
    expect(asked(actions.widenSum)).toEqual({
      kind: 'widen',
      layer: 1,
      nodes: 1,
      node_kind: 'sum',
      arity: 2,
    })
    show([2, 5, 3, 1])
    expect(obstacleTo(actions.widenProduct)).toBe('Select a node of the layer to widen.')
    ui.selectNode({ layer: 2, index: 0 })
    expect(asked(actions.widenProduct)).toMatchObject({ layer: 2, node_kind: 'product' })
    ui.selectEdge({ layer: 2, source: 0, target: 0 })
    expect(asked(actions.widenSum)).toMatchObject({ layer: 2 })
  })

  it('says that there is no hidden layer to widen', () => {
    show([2, 1])
    expect(obstacleTo(actions.widenSum)).toBe('There is no hidden layer: insert one first.')
    expect(asked(actions.deepen)).toEqual({ kind: 'deepen', position: 0 })
  })

  it('inserts a layer before the outputs unless told where', () => {
    expect(asked(actions.deepen)).toEqual({ kind: 'deepen', position: 1 })
    expect(asked(actions.deepen, 0)).toEqual({ kind: 'deepen', position: 0 })
  })

  it('refines the grid of the selected spline alone', () => {
    expect(obstacleTo(actions.refineEdge)).toBe('Select an edge first.')
    const edge = { layer: 0, source: 1, target: 2 }
    ui.selectEdge(edge)
    expect(asked(actions.refineEdge)).toEqual({ kind: 'extend_grid', intervals: 10, edges: [edge] })
    show([2, 5, 1], (each) => ({ ...each, locked: true }))
    expect(obstacleTo(actions.refineEdge)).toBe('The edge is locked.')
  })

  it('swaps the base function', () => {
    expect(asked(actions.setBaseSilu)).toEqual({ kind: 'set_base', base: 'silu' })
  })

  it('merges with another revision only', () => {
    expect(obstacleTo(actions.mergeRevision, 'r_1')).toBe('There is no other revision yet.')
  })

  it('tells why nothing can be changed while an action runs', () => {
    app.state = {
      ...app.state,
      running: {
        action_id: 'a',
        action: TRAIN,
        label: 'train',
        by: null,
        paused: false,
        held: false,
        waiting: null,
      },
    }
    const told = [
      obstacleTo(actions.widenSum),
      obstacleTo(actions.deepen),
      obstacleTo(actions.setBaseNone),
      obstacleTo(actions.startFromFormula),
    ]
    expect(new Set(told)).toEqual(new Set(['“train” is running: wait for it or cancel it.']))
  })

  it('is in the palette throughout', () => {
    const offered = registry.filter(({ group, hidden }) => group === 'Network' && hidden !== true)
    expect(offered.map(({ id }) => id)).toEqual([
      'start_from_formula',
      'widen_sum',
      'widen_product',
      'deepen',
      'set_base_none',
      'set_base_silu',
      'set_base_identity',
      'merge_revision',
    ])
  })
})

describe('a suggestion', () => {
  const edge = { layer: 0, source: 0, target: 0 }
  const suggestion = { primitive: 'sin', a: 3, b: 0, c: 1, d: 0 } as Suggestion
  const answer = { edge, suggestions: [suggestion], verdict: '', decided: true, seconds: 0.1 }

  beforeEach(() => {
    ui.selectEdge(edge)
  })
  afterEach(() => {
    inspection.suggestions.reset()
  })

  it('is accepted unseen when it is the best for the edge as it is', () => {
    inspection.suggestions.value = { ...answer, revision: HEAD }
    expect(asked(actions.acceptSuggestion)).toEqual({
      kind: 'set_symbolic',
      edge,
      ...suggestion,
      hold: false,
    })
  })

  it('of an older revision is neither accepted nor previewed', () => {
    inspection.suggestions.value = { ...answer, revision: 'r_older' }
    expect(asked(actions.acceptSuggestion)).toBeNull()
    expect(actions.previewSuggestion.enabled(context, 0)).toBe(false)
  })
})

describe('Escape', () => {
  it('closes the panel of constants, wherever the focus is, and only then lets the selection go', () => {
    const { session } = app
    if (session === null) throw new Error('no session')
    const { revision } = session
    const formula = { ...revision.formula, symbolic: true }
    app.state = { ...app.state, session: { ...session, revision: { ...revision, action: TRAIN, formula } } }
    ui.selectNode({ layer: 1, index: 0 })
    constants.show()
    actions.escape.run(context)
    expect([constants.open, ui.selection]).toEqual([false, { kind: 'node', node: { layer: 1, index: 0 } }])
    actions.escape.run(context)
    expect(ui.selection).toBeNull()
    expect(actions.escape.enabled(context)).toBe(false)
  })
})
