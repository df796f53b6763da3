/** Formulas to begin with, by the names they have in textbooks; `{x}` stands for a column. */
import { quoted } from './words'

export interface Beginning {
  title: string
  /** Title and formula on one line where the formula is the better name. */
  formula: string
  /** Its constants, which must not be called like a column. */
  constants: readonly string[]
  about: string
}

export const beginnings: readonly Beginning[] = [
  { title: 'Line', formula: 'a + b*{x}', constants: ['a', 'b'], about: 'Intercept and slope.' },
  {
    title: 'Power law',
    formula: 'a*{x}^n',
    constants: ['a', 'n'],
    about: 'A straight line when both axes are logarithmic.',
  },
  {
    title: 'Saturating rise',
    formula: 'b1*(1 - exp(-b2*{x}))',
    constants: ['b1', 'b2'],
    about: 'b1 is reached in the end, b2 says how soon.',
  },
  {
    title: 'Exponential decay',
    formula: 'A*exp(-k*{x}) + c',
    constants: ['A', 'k', 'c'],
    about: 'Falls by A towards c, at the rate k.',
  },
  {
    title: 'Two exponentials',
    formula: 'A1*exp(-k1*{x}) + A2*exp(-k2*{x})',
    constants: ['A1', 'k1', 'A2', 'k2'],
    about: 'A fast and a slow decay.',
  },
  {
    title: 'Michaelis–Menten',
    formula: 'Vm*{x}/(K + {x})',
    constants: ['Vm', 'K'],
    about: 'Half of Vm is reached at K.',
  },
  {
    title: 'Hill',
    formula: 'Vm*{x}^n/(K^n + {x}^n)',
    constants: ['Vm', 'K', 'n'],
    about: 'Half of Vm at K, n times as steep.',
  },
  {
    title: 'Logistic',
    formula: 'L/(1 + exp(-k*({x} - m)))',
    constants: ['L', 'k', 'm'],
    about: 'Half of L at m, steepest there.',
  },
  {
    title: 'Gompertz',
    formula: 'A*exp(-b*exp(-c*{x}))',
    constants: ['A', 'b', 'c'],
    about: 'Growth that slows down earlier than the logistic one.',
  },
  {
    title: 'Arrhenius',
    formula: 'A*exp(-E/(8.314462618*{x}))',
    constants: ['A', 'E'],
    about: 'Against the absolute temperature; E in joules per mole.',
  },
  {
    title: 'Peak',
    formula: 'h*exp(-({x} - m)^2/(2*w^2)) + c',
    constants: ['h', 'm', 'w', 'c'],
    about: 'A Gaussian of height h at m on a ground c.',
  },
  {
    title: 'Damped wave',
    formula: 'A*exp(-k*{x})*cos(w*{x} + p) + c',
    constants: ['A', 'k', 'w', 'p', 'c'],
    about: 'Amplitude, damping, frequency, phase and rest.',
  },
]

/** A name that nothing else has: the constant's own, else with the first number that is free. */
function free(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name
  for (let number = 1; ; number++) {
    const next = `${name}_${number}`
    if (!taken.has(next)) return next
  }
}

/** The formula in a column of the session; a constant that is called like a column gets another name. */
export function beginWith({ formula, constants }: Beginning, x: string, columns: readonly string[]): string {
  const taken = new Set(columns)
  const names = new Map(constants.map((name) => [name, quoted(free(name, taken))]))
  return formula.replace(/\{x\}|[\p{L}_][\p{L}\p{N}_]*/gu, (word) =>
    word === '{x}' ? quoted(x) : (names.get(word) ?? word),
  )
}

/** What a formula of one's own may look like, in a column of the session. */
export function exampleIn(x: string): string {
  const example = { title: '', formula: 'b1*(1 - exp(-b2*{x}))', constants: ['b1', 'b2'], about: '' }
  return beginWith(example, x, [x])
}
