import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { house } from './eslint/house.ts';

export default defineConfig(
  globalIgnores([
    '.next/',
    'data/',
    'node_modules/',
    'public/',
    'test-results/',
    'playwright-report/',
    'next-env.d.ts',
  ]),
  {
    // An exception belongs into a rule, with its reason, where everyone finds it; not into a comment.
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
  },
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // An adapter with nothing to wait for still answers with promises, as its contract says.
      '@typescript-eslint/require-await': 'off',
      eqeqeq: 'error',
    },
  },
  {
    // expect(object.method) hands a method over to be looked at, not to be called.
    files: ['**/*.{test,suite,fixture,bench}.{ts,tsx}', 'e2e/**/*.ts'],
    rules: { '@typescript-eslint/unbound-method': 'off' },
  },
  {
    files: ['{app,components}/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended],
    // It tells what the React compiler would skip; that compiler is not used.
    rules: { 'react-hooks/incompatible-library': 'off' },
  },
  {
    // Containers mark their parts with bytes that are control characters in text.
    files: ['lib/codecs/**/*.ts'],
    rules: { 'no-control-regex': 'off' },
  },
  {
    files: ['**/*.{js,mjs}'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly', setTimeout: 'readonly' } },
  },
  {
    files: ['**/*.{js,mjs,ts,tsx}'],
    plugins: { house },
    rules: { 'house/imports': 'error', 'house/doors': 'error' },
  },
);
