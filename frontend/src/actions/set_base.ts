import { BASES, type Base } from '../model/choices'
import { gridObstacle } from './extend_grid'
import type { Context, UserAction } from './user_action'

function obstacle(context: Context, base: Base): string | null {
  return (
    gridObstacle(context) ??
    (context.app.network?.base === base ? 'This is the base function already.' : null)
  )
}

function swapping(base: Base): UserAction {
  const title = BASES.find(({ value }) => value === base)?.title ?? base
  return {
    id: `set_base_${base}`,
    title: `Base function: ${base === 'none' ? 'none' : title}`,
    group: 'Network',
    keys: [],
    hint: 'Another function beside the splines; the splines take up the difference, so the function stays.',
    enabled: (context) => obstacle(context, base) === null,
    obstacle: (context) => obstacle(context, base),
    run: ({ client }) => {
      client.act({ kind: 'set_base', base })
    },
  }
}

export const setBaseNone = swapping('none')
export const setBaseSilu = swapping('silu')
export const setBaseIdentity = swapping('identity')
