import { Linter } from 'eslint'
import ts from 'typescript-eslint'
import { describe, expect, it } from 'vitest'
import rule from './no_sentences.js'

const linter = new Linter()

function found(code) {
  const config = {
    files: ['**/*.ts'],
    languageOptions: { parser: ts.parser },
    plugins: { house: { rules: { 'no-sentences': rule } } },
    rules: { 'house/no-sentences': 'error' },
  }
  const messages = linter.verify(code, config, 'page.ts')
  expect(messages.filter(({ fatal }) => fatal)).toEqual([])
  return messages.length
}

describe('code of the page that decides by a sentence', () => {
  it.each([
    ['a pattern on a note', 'const safe = (s) => /^valid on/i.test(s.domain_note)'],
    [
      'a pattern on a parameter called as one',
      'function isSafe(note: string) { return /^valid/.test(note) }',
    ],
    ['words looked for in a message', "const stopped = revision.message.includes('Stopped')"],
    [
      '… that has got another name',
      "const said = revision.message ?? ''\nconst stopped = said.includes('Stopped')",
    ],
    [
      '… or another case',
      "const told = problem.detail.trim().toLowerCase()\nif (told.startsWith('there')) go()",
    ],
    ['… or was taken out of its message', "const { detail: told } = problem\nif (told.endsWith('.')) go()"],
    ['… or is derived', "const told = $derived(problem?.hint ?? '')\nif (told.match(/again/)) go()"],
    ['a title in place of a code', "if (problem.title === 'Not found') go()"],
    ['a label that is written again', 'const taken = row.label === `formula ${index + 1} of the search`'],
    ['… by a function', 'const taken = row.label !== labelOf(index)'],
    ['a list of events in words', 'const usual = USUAL.includes(point.event)'],
    ['a table by messages', 'const kind = KINDS.get(problem.detail)'],
    ['a choice by message', "switch (problem.message) { case 'Busy': go() }"],
    ['a place that is read out of a sentence', 'const at = /position (\\d+)/.exec(problem.detail)'],
    ['words under a name', "const BORDER = 'border'\nconst near = suggestion.domain_note.includes(BORDER)"],
    ['words that any text is searched for', "const bad = anything.includes('leaves its domain')"],
    ['… by a pattern', 'const bad = /only .* away|reach the border/.test(anything)'],
  ])('is found: %s', (_, code) => {
    expect(found(code)).toBe(1)
  })

  it.each([
    ['a value of the contract', "if (problem.code === 'not_found' && suggestion.domain_margin < 0.1) go()"],
    [
      'whether there is anything to show',
      "if (note !== '' && problem.hint !== null && message === undefined) show(note)",
    ],
    ['a sentence that is shown', 'const title = `${problem.title}: ${problem.detail}`'],
    [
      '… with its signs set',
      "const text = suggestion.text.replaceAll('-', '−')\nconst told = label.replace('x', 'y')",
    ],
    [
      'what a person typed',
      "const typed = field.value\nif (typed.trim().includes('\\n') || /^[a-z]+$/.test(typed)) go()",
    ],
    ['the name of a function', "if (name.includes('log(x)') || primitive === 'x^2') go()"],
    ['what is on the platform', "if (document.title === 'x') go()"],
    ['events of the browser', "on((event) => event.type === 'view' && KEYS.includes(event.key))"],
    ['what a person looks for', 'const hit = action.title.toLowerCase().indexOf(letter, at) >= 0'],
    ['whether a note was written anew', 'const changed = text.trim() !== summary.note'],
    ['equality of two sentences', 'const same = one.label === other.label'],
    ['a field that a variable is only called like', 'const label = 3\nif (LIST.includes(label)) go()'],
  ])('is not what asks for %s', (_, code) => {
    expect(found(code)).toBe(0)
  })
})
