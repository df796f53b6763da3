import js from '@eslint/js'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'
import noSentences from './eslint/no_sentences.js'
import svelteConfig from './svelte.config.js'

/** Who may know whom: views → actions → stores → transport, model → contract. Never back. */
const layers = [
  { folder: 'contract', not: ['model', 'transport', 'stores', 'actions', 'views', 'marks', 'widgets'] },
  { folder: 'model', not: ['transport', 'stores', 'actions', 'views', 'marks', 'widgets'], pure: true },
  { folder: 'transport', not: ['stores', 'actions', 'views', 'marks', 'widgets'], pure: false },
  { folder: 'stores', not: ['actions', 'views', 'marks', 'widgets'] },
  { folder: 'actions', not: ['views', 'marks', 'widgets'] },
  { folder: 'marks', not: ['transport', 'stores', 'actions', 'views'] },
  { folder: 'widgets', not: ['contract', 'model', 'transport', 'stores', 'actions', 'views', 'marks'] },
  { folder: 'views', not: ['transport'] },
]

const pureGlobals = [
  'window',
  'document',
  'navigator',
  'localStorage',
  'history',
  'location',
  'fetch',
  'WebSocket',
]

function layerRule({ folder, not, pure }) {
  const patterns = [
    {
      group: not.flatMap((name) => [`../${name}/**`, `../../${name}/**`, `../../../${name}/**`]),
      message: `${folder} must not know these folders (see the order of layers in eslint.config.js).`,
    },
  ]
  if (pure) patterns.push({ group: ['svelte', 'svelte/**'], message: `${folder} is plain TypeScript.` })
  return {
    files: [`src/${folder}/**/*.{ts,svelte}`],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns }],
      ...(pure
        ? {
            'no-restricted-globals': [
              'error',
              ...pureGlobals.map((name) => ({ name, message: `${folder} knows no DOM.` })),
            ],
          }
        : {}),
    },
  }
}

export default ts.config(
  { ignores: ['node_modules', '../server/static', 'src/contract/generated.ts', 'coverage'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      'max-lines': ['error', { max: 500 }],
      complexity: ['error', 15],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // TypeScript knows undefined names better.
      'no-undef': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
    rules: {
      'svelte/no-at-html-tags': 'error',
      // Maps and sets in state are replaced as a whole, like everything else in it.
      'svelte/prefer-svelte-reactivity': 'off',
      // Addresses are made by model/address.ts; there is no SvelteKit router.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  {
    files: ['src/**/*.{ts,svelte}'],
    ignores: ['**/*.test.ts'],
    plugins: { house: { rules: { 'no-sentences': noSentences } } },
    rules: { 'house/no-sentences': 'error' },
  },
  ...layers.map(layerRule),
  { files: ['dev/**'], rules: { 'no-console': 'off', complexity: 'off' } },
)
