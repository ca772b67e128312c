import { readFile } from 'node:fs/promises';

const NAME = 'one vscode';

/**
 * `import * as vscode` would give each of the files that say it a copy of the whole API, some 400 getters, and each would ask
 * VS Code for it, which looks each time whose file asks: together half of what it takes to load the extension. One asks, and
 * the API's object itself does for all.
 * @type {import('esbuild').Plugin}
 */
export const oneVscode = {
  name: NAME,
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]extension[\\/].*\.ts$/ }, async ({ path: file }) => ({
      contents: (await readFile(file, 'utf8')).replace(
        /^import \* as vscode from 'vscode';$/m,
        "import { vscode } from 'vscode';",
      ),
      loader: 'ts',
    }));
    build.onResolve({ filter: /^vscode$/ }, ({ kind, path }) =>
      kind === 'import-statement' ? { path, namespace: NAME } : { path, external: true },
    );
    build.onLoad({ filter: /./, namespace: NAME }, () => ({
      contents: "export const vscode = require('vscode');",
    }));
  },
};
