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

/** A selected edge is an entry of the browser's history; the head, once it moves, only replaces the address. */
function followSelectionAndHead(): void {
  $effect(() => {
    const edge = ui.selectedEdge
    untrack(() => {
      const { address } = router
      if (address.page === 'session' && !sameEdge(address.edge, edge)) router.go({ ...address, edge })
    })
  })

  let known: string | null = null
  $effect(() => {
    const head = app.session?.head ?? null
    untrack(() => {
      const { address } = router
      if (address.page === 'session' && head !== null) {
        const moved = known !== null && head !== known
        if (moved || address.revision === null) router.replace({ ...address, revision: head })
      }
      known = head
    })
  })
}

/** The selection is asked about; one that the head's network does not have is let go. */
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
    const asked = [app.session?.id ?? null, app.session?.head ?? null, askable, box.given] as const
    // What asking reads and writes is not a reason to ask again.
    untrack(() => {
      inspection.follow(...asked)
    })
  })

  $effect(() => {
    const asked = [app.session?.id ?? null, app.session?.head ?? null] as const
    untrack(() => {
      box.follow(...asked)
    })
  })

  $effect(() => {
    const head = app.session?.head
    const threshold = ui.pruneThreshold
    untrack(() => {
      if (head !== undefined) inspection.proposePrune(head, threshold)
    })
  })
}

/** The front of the search behind the head is fetched; a formula wanted when the search was stopped is taken. */
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
  followSelectionAndHead()
  followNetwork()
  followSearch()
  followAppearance()
  $effect(() => {
    document.title = documentTitle(app.state)
  })
}
