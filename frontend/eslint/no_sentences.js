/**
 * No code of the page decides by a sentence.
 *
 * Sentences are for people: they are worded anew, shortened, translated, and nothing fails when they are. A page that looked
 * for "valid on" in a note showed no warning for months. What is to be decided by stands in the contract as a value: a code, a
 * kind, a verdict, a margin. Sentences are shown; at most their digits and names are set differently.
 *
 * A sentence is the field of a message that the contract fills with words (`FIELDS`), or a name that holds one. Looked into is
 * what compares it with words, tests it with a pattern, or looks it up in a list. Whether it is empty may be asked.
 */

/** Fields of messages that hold words; `text`, `name` and `kind` are not among them: people type the one, code chooses the others. */
const FIELDS = new Set([
  'detail',
  'hint',
  'message',
  'domain_note',
  'box_note',
  'note',
  'notes',
  'verdict_text',
  'label',
  'title',
  'event',
  'check',
  'remark',
  'reason',
])

/** Objects of the platform whose fields are no sentences of ours. */
const PLATFORM = new Set(['document', 'window', 'navigator', 'mark', 'node', 'option'])

const LOOKS_INTO = new Set([
  'includes',
  'startsWith',
  'endsWith',
  'indexOf',
  'lastIndexOf',
  'match',
  'matchAll',
  'search',
  'localeCompare',
])
const LOOKS_UP = new Set(['includes', 'indexOf', 'has', 'get', 'lastIndexOf'])
const TESTS = new Set(['test', 'exec'])
/** What leaves a sentence a sentence. */
const KEEPS = new Set([
  'trim',
  'toLowerCase',
  'toUpperCase',
  'toString',
  'normalize',
  'slice',
  'replace',
  'replaceAll',
  'at',
  'join',
])

/** Two words with a blank between them: a pattern made of words is for sentences, whatever the variable is called. */
const WORDS = /[A-Za-z]{2,} [A-Za-z]{2,}/

function nameOf(node) {
  return node?.type === 'Identifier' ? node.name : node?.type === 'Literal' ? String(node.value) : null
}

function isEmptyText(node) {
  return (
    (node.type === 'Literal' && (node.value === '' || node.value === null)) ||
    (node.type === 'Identifier' && node.name === 'undefined') ||
    (node.type === 'TemplateLiteral' && node.expressions.length === 0 && node.quasis[0].value.cooked === '')
  )
}

function keeps(call) {
  return call.callee.type === 'MemberExpression' && KEEPS.has(nameOf(call.callee.property))
}

/** Whether one side of a comparison is words of the code: written down, or put together by a template or a function. */
function isText(node) {
  return (
    (node.type === 'Literal' && typeof node.value === 'string') ||
    node.type === 'TemplateLiteral' ||
    (node.type === 'CallExpression' && !keeps(node))
  )
}

function patternOf(node) {
  if (node?.type === 'Literal' && node.regex) return node.regex.pattern
  if (node?.type === 'NewExpression' && nameOf(node.callee) === 'RegExp')
    return String(node.arguments[0]?.value ?? '')
  return null
}

export default {
  meta: {
    type: 'problem',
    docs: { description: 'The page decides by values, never by sentences.' },
    messages: {
      sentence:
        'This decides by the words of “{{name}}”: decide by a value of the contract (code, kind, verdict, margin).',
      words:
        'This looks for words of a sentence: decide by a value of the contract (code, kind, verdict, margin).',
    },
    schema: [],
  },
  create(context) {
    const { sourceCode } = context

    /** The declaration that gives an identifier its value, when there is just one. */
    function madeOf(node) {
      for (let scope = sourceCode.getScope(node); scope !== null; scope = scope.upper) {
        const variable = scope.set.get(node.name)
        if (variable !== undefined) return variable.defs.length === 1 ? variable.defs[0] : null
      }
      return null
    }

    /** How each kind of expression is a sentence: the name of the one that it is, or null. */
    const kinds = {
      MemberExpression: (node) => {
        const field = nameOf(node.property)
        const ours = FIELDS.has(field) && !PLATFORM.has(nameOf(node.object))
        return ours ? field : null
      },
      ChainExpression: (node, seen) => sentence(node.expression, seen),
      TSNonNullExpression: (node, seen) => sentence(node.expression, seen),
      TSAsExpression: (node, seen) => sentence(node.expression, seen),
      LogicalExpression: (node, seen) => sentence(node.left, seen) ?? sentence(node.right, seen),
      ConditionalExpression: (node, seen) =>
        sentence(node.consequent, seen) ?? sentence(node.alternate, seen),
      CallExpression: (node, seen) => {
        if (['$derived', '$state'].includes(nameOf(node.callee))) return sentence(node.arguments[0], seen)
        return keeps(node) ? sentence(node.callee.object, seen) : null
      },
      Identifier: (node, seen) => named(node, seen),
    }

    /** The name of the sentence that an expression is; null when it is none. `seen` ends circles. */
    function sentence(node, seen = new Set()) {
      if (node === null || node === undefined || seen.has(node)) return null
      seen.add(node)
      return kinds[node.type]?.(node, seen) ?? null
    }

    function named(node, seen) {
      const definition = madeOf(node)
      if (definition === null) return null
      const { type, node: made } = definition
      // A parameter, or a part of an object that is taken apart, is known by its name only.
      if (type === 'Parameter') return FIELDS.has(node.name) ? node.name : null
      if (type !== 'Variable' || made.type !== 'VariableDeclarator') return null
      if (made.id.type === 'ObjectPattern') {
        const part = made.id.properties.find(
          (each) => each.type === 'Property' && bound(each.value) === node.name,
        )
        const field = part === undefined ? null : nameOf(part.key)
        return field !== null && FIELDS.has(field) ? field : null
      }
      return sentence(made.init, seen)
    }

    function bound(value) {
      return nameOf(value.type === 'AssignmentPattern' ? value.left : value)
    }

    function report(node, name) {
      if (name !== null) context.report({ node, messageId: 'sentence', data: { name } })
      return name !== null
    }

    /** What is looked for is chosen by the code, not typed by a person. */
    function isChosen(node) {
      if (node?.type === 'Identifier') {
        const made = madeOf(node)?.node
        return made?.type === 'VariableDeclarator' && made.init !== null && isChosen(made.init)
      }
      return node !== undefined && (patternOf(node) !== null || isText(node))
    }

    /** The sentence that a call looks into, looks up, or tests. */
    function asked(method, object, argument) {
      if (LOOKS_INTO.has(method) && isChosen(argument) && sentence(object) !== null) return sentence(object)
      return LOOKS_UP.has(method) || TESTS.has(method) ? sentence(argument) : null
    }

    /** The words that a call looks for in any text. */
    function wanted(method, object, argument) {
      if (TESTS.has(method)) return patternOf(object) ?? ''
      if (!LOOKS_INTO.has(method)) return ''
      return patternOf(argument) ?? (typeof argument?.value === 'string' ? argument.value : '')
    }

    return {
      CallExpression(node) {
        const { callee } = node
        if (callee.type !== 'MemberExpression') return
        const method = nameOf(callee.property)
        const [argument] = node.arguments
        if (report(node, asked(method, callee.object, argument))) return
        if (WORDS.test(wanted(method, callee.object, argument))) context.report({ node, messageId: 'words' })
      },
      BinaryExpression(node) {
        if (!['===', '!==', '==', '!='].includes(node.operator)) return
        const { left, right } = node
        if (isEmptyText(left) || isEmptyText(right)) return
        if (isText(right) && report(node, sentence(left))) return
        if (isText(left)) report(node, sentence(right))
      },
      SwitchStatement(node) {
        report(node, sentence(node.discriminant))
      },
    }
  },
}
