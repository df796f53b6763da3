/** Equations that fill in the form with one click. */
import { POINTS, type EquationForm } from './equation_form'

export interface EquationExample extends EquationForm {
  title: string
  /** How it is written in a book. */
  latex: string
}

export const EQUATION_EXAMPLES: readonly EquationExample[] = [
  {
    title: 'Damped oscillator',
    latex: '\\ddot x + 0.3\\,\\dot x + x = 0',
    unknowns: 'x',
    inputs: [{ name: 't', low: '0', high: '10' }],
    text: 'x_tt + 0.3*x_t + x = 0\nx = 1 at t = 0\nx_t = 0 at t = 0',
    points: POINTS.standard,
  },
  {
    title: 'Logistic growth',
    latex: '\\dot n = n\\,(1 - n/3)',
    unknowns: 'n',
    inputs: [{ name: 't', low: '0', high: '10' }],
    text: 'n_t = n*(1 - n/3)\nn = 0.1 at t = 0',
    points: POINTS.standard,
  },
  {
    title: 'Predator and prey',
    latex: '\\dot a = a - ab,\\ \\dot b = ab - b',
    unknowns: 'a, b',
    inputs: [{ name: 't', low: '0', high: '8' }],
    text: 'a_t = a - a*b\nb_t = a*b - b\na = 1.5 at t = 0\nb = 1 at t = 0',
    points: POINTS.standard,
  },
  {
    title: 'Heat equation',
    latex: 'u_t = 0.1\\,u_{xx}',
    unknowns: 'u',
    inputs: [
      { name: 'x', low: '0', high: '1' },
      { name: 't', low: '0', high: '1' },
    ],
    text: 'u_t = 0.1*u_xx\nu = sin(pi*x) at t = 0\nu = 0 at x = 0\nu = 0 at x = 1',
    points: POINTS.standard,
  },
  {
    title: 'Poisson equation',
    latex: 'u_{xx} + u_{yy} = f(x, y)',
    unknowns: 'u',
    inputs: [
      { name: 'x', low: '-1', high: '1' },
      { name: 'y', low: '-1', high: '1' },
    ],
    text: 'u_xx + u_yy = -2*pi^2*sin(pi*x)*sin(pi*y)\nu = 0 at x = -1\nu = 0 at x = 1\nu = 0 at y = -1\nu = 0 at y = 1',
    points: POINTS.standard,
  },
  {
    title: 'Conserved quantity',
    latex: 'p\\,E_q = q\\,E_p',
    unknowns: 'E',
    inputs: [
      { name: 'q', low: '0', high: '1' },
      { name: 'p', low: '0', high: '1' },
    ],
    // Circles outside the unit circle do not reach p = 0 within the ranges: the second condition says what E is on them.
    text: 'p*E_q = q*E_p\nE = q^2 at p = 0\nE = 1 + p^2 at q = 1',
    points: POINTS.standard,
  },
]

/** The example that stands in the form unchanged; null when something else does. */
export function exampleOf({ unknowns, inputs, text }: EquationForm): EquationExample | null {
  const key = JSON.stringify([unknowns, inputs, text])
  return (
    EQUATION_EXAMPLES.find((each) => JSON.stringify([each.unknowns, each.inputs, each.text]) === key) ?? null
  )
}
