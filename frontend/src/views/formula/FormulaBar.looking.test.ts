// @vitest-environment jsdom
/** While an older revision is looked at, everything in the bar is about that revision. */
import { flushSync, mount, unmount } from 'svelte'
import { afterEach, describe, expect, it } from 'vitest'
import type { RevisionSummary, RevisionView } from '../../contract'
import { makeNetwork } from '../../model/network.fake'
import { HEAD, makeCurves, makeState } from '../../model/session.fake'
import type { SessionState } from '../../model/state'
import { app } from '../../stores/app.svelte'
import FormulaBar from './FormulaBar.svelte'

const network = makeNetwork([2, 2, 1])

class Sizes {
  observe(): void {}
  disconnect(): void {}
}

function row(id: string, parent: string | null, kind: RevisionSummary['kind']): RevisionSummary {
  return { id, parent, kind, number: 0, label: kind } as unknown as RevisionSummary
}

/** A session that began with an equation and solved it, of which an earlier revision did not. */
function solved(): { session: SessionState; earlier: RevisionView } {
  const { session } = makeState(network)
  if (session === null) throw new Error('no session')
  const { revision, dataset } = session
  const metrics = { ...revision.metrics, verdict: 'solved', relative_residual: 1e-6 } as const
  const worse = { ...revision.metrics, verdict: 'not_a_solution', relative_residual: 0.38 } as const
  return {
    session: {
      ...session,
      dataset: { ...dataset, equations: ['u_x = u'] },
      revision: { ...revision, metrics },
      history: [
        row('r_start', null, 'initialise'),
        row('r_worse', 'r_start', 'fit_equation'),
        row(HEAD, 'r_worse', 'fit_equation'),
      ],
    },
    earlier: { ...revision, id: 'r_worse', metrics: worse },
  }
}

describe('the formula bar of a session that began with equations', () => {
  let view: Record<string, unknown>

  afterEach(async () => {
    await unmount(view)
    app.clear()
    document.body.innerHTML = ''
  })

  it('gives the verdict of the revision that is looked at, not of the head', () => {
    globalThis.ResizeObserver = Sizes as unknown as typeof ResizeObserver
    const { session, earlier } = solved()
    app.state = { ...makeState(network), session }
    view = mount(FormulaBar, { target: document.body })
    flushSync()
    const tag = (): string => document.querySelector('header .tag')?.textContent ?? ''
    expect(tag()).toMatch(/^solved · /)
    app.looking = earlier.id
    const curves = makeCurves(network)
    if (curves === null) throw new Error('no curves')
    app.looked = { revision: earlier, curves }
    flushSync()
    expect(tag()).toBe('not a solution · 38 % left')
  })
})
