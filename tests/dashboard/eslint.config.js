// SPDX-License-Identifier: MIT

import js from '@eslint/js';
import globals from 'globals';

/** What a layer may not reach for: feed and model know no document, and model knows no network. */
const NO_DOM = ['document', 'window', 'localStorage', 'navigator', 'requestAnimationFrame'];
const NO_NETWORK = ['EventSource', 'fetch', 'XMLHttpRequest', 'WebSocket'];

export default [
  js.configs.recommended,
  {
    rules: {
      'curly': ['error', 'multi-line'],
      'eqeqeq': 'error',
      'no-console': 'error',
      'no-implied-eval': 'error',
      'no-eval': 'error',
      'no-shadow': 'error',
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'prefer-template': 'error',
    },
  },
  {
    files: ['dashboard/**/*.js'],
    languageOptions: { ecmaVersion: 2022, globals: globals.browser },
    rules: {
      'no-restricted-properties': ['error',
        ...['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'setHTMLUnsafe'].map((property) => ({
          property, message: 'Text goes in through textContent, rows come from a template.',
        })),
      ],
    },
  },
  {
    files: ['dashboard/feed/**/*.js'],
    ignores: ['dashboard/feed/sse.js'],
    rules: { 'no-restricted-globals': ['error', ...NO_DOM, ...NO_NETWORK] },
  },
  {
    files: ['dashboard/model/**/*.js'],
    rules: {
      'no-restricted-globals': ['error', ...NO_DOM, ...NO_NETWORK],
      'no-restricted-imports': ['error', { patterns: ['**/view/*', '**/feed/sse.js'] }],
    },
  },
  {
    files: ['dashboard/view/**/*.js'],
    rules: {
      'no-restricted-globals': ['error', ...NO_NETWORK],
      'no-restricted-imports': ['error', { patterns: ['**/feed/*'] }],
      'no-restricted-syntax': ['error', {
        selector: "BinaryExpression[operator=/^[-*\\u002F]$/]", message: 'Views compute nothing.',
      }],
    },
  },
  {
    files: ['tests/dashboard/**/*.js'],
    languageOptions: { ecmaVersion: 2022, globals: { ...globals.node } },
  },
  {
    // Functions given to page.evaluate run in the browser.
    files: ['tests/dashboard/browser/**/*.js', 'tests/dashboard/support/page.js'],
    languageOptions: { globals: globals.browser },
  },
];
