/**
 * What follows from what on the page: the address opens sessions and selects edges, and the other way round; the
 * selection is asked about; the theme follows the system. Called once, by App, while it is set up.
 */
import { untrack } from 'svelte'
import { actions, run } from '../../actions/registry'
import { sameEdge } from '../../model/edge_key'
import { documentTitle } from '../../model/run_state'
import { app } from '../../stores/app.svelte'
import { box } from '../../stores/box.svelte'
import { closeSession, openSession } from '../../stores/client'
import { inspection } from '../../stores/inspection.svelte'
import { looking } from '../../stores/looking.svelte'
import { router } from '../../stores/router.svelte'
import { search } from '../../stores/search.svelte'
import { ui } from '../../stores/ui.svelte'

/** The address opens and closes sessions and selects the edge it names. */
function followAddress(): void {
  $effect(() => {
    const { address } = router
    untrack(() => {
      if (address.page === 'start') {
        closeSession()
        ui.clearSelection()
        return
      }
      openSession(address.session)
      if (address.edge !== null) ui.selectEdge(address.edge)
      else if (ui.selectedEdge !== null) ui.clearSelection()
    })
  })
}

/** A selected edge is an entry of the browser's history. */
function followSelection(): void {
  $effect(() => {
    const edge = ui.selectedEdge
    untrack(() => {
      const { address } = router
      if (address.page === 'session' && !sameEdge(address.edge, edge)) router.go({ ...address, edge })
    })
  })
}

/** The revision in the address is looked at; the head is not named there, for what shows it follows it. */
function followRevision(): void {
  $effect(() => {
    const { address } = router
    const named = address.page === 'session' ? address.revision : null
    const session = app.session
    const [id, head] = [session?.id ?? null, session?.head ?? null]
    untrack(() => {
      if (address.page === 'session' && named !== null && named === head)
        router.replace({ ...address, revision: null })
      void looking.follow(id, named === head ? null : named)
    })
  })
}

/** The selection is asked about; one that the shown network does not have is let go. */
function followNetwork(): void {
  $effect(() => {
    const network = app.network
    const edge = ui.selectedEdge
    const gone = network !== null && edge !== null && !network.edges.some(({ id }) => sameEdge(id, edge))
    if (gone)
      untrack(() => {
        ui.clearSelection()
      })
  })

  $effect(() => {
    const edge = ui.selectedEdge
    const view = edge === null ? undefined : app.network?.edges.find(({ id }) => sameEdge(id, edge))
    // A pruned edge has nothing to suggest.
    const askable = view === undefined || view.function.kind === 'zero' ? null : edge
    const asked = [
      app.session?.id ?? null,
      app.revision?.id ?? null,
      askable,
      box.given,
      view?.locked,
    ] as const
    // What asking reads and writes is not a reason to ask again.
    untrack(() => {
      inspection.follow(...asked)
    })
  })

  $effect(() => {
    const asked = [app.session?.id ?? null, app.revision?.id ?? null] as const
    untrack(() => {
      box.follow(...asked)
    })
  })

  $effect(() => {
    const session = app.session?.id
    const revision = app.revision?.id
    const threshold = ui.pruneThreshold
    untrack(() => {
      if (session !== undefined && revision !== undefined)
        inspection.proposePrune({ session, revision }, threshold)
    })
  })
}

/** The front of the search behind what is shown is fetched; a formula wanted when the search was stopped is taken. */
function followSearch(): void {
  $effect(() => {
    const session = app.session?.id ?? null
    const revision = search.revision
    untrack(() => {
      search.follow(session, revision)
    })
  })

  // What was looked at in a running search is not what the ended one is about.
  $effect(() => {
    void search.running
    untrack(() => {
      search.look(null)
    })
  })

  $effect(() => {
    void [app.running, app.session?.head, search.kept.value]
    untrack(() => {
      const point = search.settle()
      if (point !== null) run(actions.takeFormula, point)
    })
  })
}

/** The theme as the person or the system wants it. */
function followAppearance(): void {
  $effect(() => {
    if (ui.theme === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = ui.theme
  })

  $effect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const follow = () => {
      ui.dark = ui.theme === 'dark' || (ui.theme === 'system' && dark.matches)
    }
    follow()
    dark.addEventListener('change', follow)
    return () => {
      dark.removeEventListener('change', follow)
    }
  })
}

export function follow(): void {
  $effect(() => router.start())
  followAddress()
  followSelection()
  followRevision()
  followNetwork()
  followSearch()
  followAppearance()
  $effect(() => {
    document.title = documentTitle(app.state)
  })
}
