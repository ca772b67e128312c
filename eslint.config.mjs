import { defineConfig } from 'eslint/config';
import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import { rooms } from './scripts/lint/rooms.mjs';

const clockOnly =
  'Simulated behaviour takes its time from host/clock.ts (service time or wall time), so that tests and users can drive it.';

export default defineConfig(
  {
    ignores: [
      'dist/**',
      '.cache/**',
      'node_modules/**',
      'test/fixtures/**',
      'samples/**',
      '**/*.generated.ts',
      'src/host/runtimes/bootstraps/**',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { lamplight: { rules: { rooms } } },
    rules: {
      'lamplight/rooms': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
      'no-restricted-imports': [
        'error',
        {
          paths: [
            'fs',
            'path',
            'http',
            'net',
            'os',
            'crypto',
            'child_process',
            'util',
            'url',
            'events',
            'stream',
            'zlib',
          ].map(name => ({ name, message: `Write node:${name}.` })),
        },
      ],
    },
  },
  {
    files: ['src/host/**'],
    ignores: ['src/host/clock.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'setTimeout', message: clockOnly },
        { name: 'setInterval', message: clockOnly },
      ],
      'no-restricted-properties': ['error', { object: 'Date', property: 'now', message: clockOnly }],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: clockOnly },
      ],
    },
  },
  {
    // Exactly one file may name dockerode: Docker is optional and lazy (DESIGN.md rule 8).
    files: ['src/**', 'test/**', 'bench/**'],
    ignores: ['src/host/environments/engines/docker/dockerClient.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: 'dockerode',
              message: 'Only engines/docker/dockerClient.ts imports dockerode; it has the types too.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['test/**', 'bench/**', 'scripts/**', '*.mjs'],
    rules: {
      'no-console': 'off',
      // chai-less tests read more directly with non-null assertions on values the test itself made.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // mocha's describe/it take async functions and mocha awaits them.
      '@typescript-eslint/no-unused-expressions': 'error',
    },
  },
  {
    files: ['**/*.mjs'],
    rules: {
      // tsc checks names, with the types of Node.
      'no-undef': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
