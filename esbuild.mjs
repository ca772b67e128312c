// Bundles the extension, the command line and the host into CJS files.
// `--watch` rebuilds on change, `--production` minifies and leaves source maps out of the package.
import { build, context } from 'esbuild';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inParts } from './scripts/build/inParts.mjs';
import { oneVscode } from './scripts/build/oneVscode.mjs';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');
const root = import.meta.dirname;
const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));

/**
 * What a program loads only when it needs it is a bundle of its own, so that `lamplight invoke` does not read the host,
 * and the host nothing of Docker. Their dynamic imports stay, with the bundle's name.
 * @type {Record<string, string>}
 */
const lazy = {
  'src/cli/commandLine.ts': './commandLine.cjs',
  'src/cli/hostBundle.ts': './host.cjs',
  'src/protocol/samples/catalogue.ts': './samples.cjs',
  'src/workspace/discover.ts': './discover.cjs',
  'src/extension/debug/python/installDebugpy.ts': './installDebugpy.cjs',
  dockerode: './dockerode.cjs',
};

/** @type {import('esbuild').Plugin} */
const lazyBundles = {
  name: 'lazy bundles',
  setup(build) {
    build.onResolve({ filter: /^[^/]/ }, ({ kind, resolveDir, path: name }) => {
      if (kind !== 'dynamic-import') return undefined;
      const file = name.startsWith('.') ? path.relative(root, path.join(resolveDir, name)) : name;
      const bundle = lazy[file.split(path.sep).join('/')];
      return bundle === undefined ? undefined : { path: bundle, external: true };
    });
  },
};

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  // `require` is several milliseconds faster than going through the loader of ES modules.
  supported: { 'dynamic-import': false },
  plugins: [lazyBundles],
  minify: production,
  sourcemap: production ? 'external' : 'linked',
  sourcesContent: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'info',
  // Its main entry is a UMD wrapper whose inner requires no bundler sees.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  define: {
    LAMPLIGHT_VERSION: JSON.stringify(manifest.version),
    // CJS bundles have no import.meta.url; the banner computes it.
    'import.meta.url': '__bundleUrl',
  },
  banner: { js: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
};

/** It must run on an older Node to say what it needs, or to start itself again on a newer one. */
const OLD_NODE = 'node20';

/**
 * dockerode's ssh and build transports are never used, but it loads their packages at once: left external they would end
 * in "Cannot find module", since there is no node_modules beside the bundle.
 * @param {string[]} packages
 */
const absent = packages =>
  Object.fromEntries(packages.map(name => [name, path.join(root, 'scripts/build/absentModule.mjs')]));

/** @type {Record<string, import('esbuild').BuildOptions>} */
const bundles = {
  cli: {
    ...common,
    entryPoints: { cli: 'src/cli/main.ts' },
    target: OLD_NODE,
    outExtension: {},
    banner: { js: `#!/usr/bin/env node\n${common.banner?.['js'] ?? ''}` },
  },
  commandLine: { ...common, entryPoints: { commandLine: 'src/cli/commandLine.ts' }, target: OLD_NODE },
  samples: { ...common, entryPoints: { samples: 'src/protocol/samples/catalogue.ts' }, target: OLD_NODE },
  discover: { ...common, entryPoints: { discover: 'src/workspace/discover.ts' } },
  host: {
    ...common,
    entryPoints: { host: 'src/cli/hostBundle.ts' },
    // esbuild is a native program beside the bundle.
    external: ['esbuild'],
  },
  installDebugpy: {
    ...common,
    entryPoints: { installDebugpy: 'src/extension/debug/python/installDebugpy.ts' },
  },
  dockerode: {
    ...common,
    entryPoints: { dockerode: 'dockerode' },
    alias: absent(['ssh2', '@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs']),
  },
  // What commands do is read as the first of them is run: a smaller extension is activated sooner.
  extension: inParts({
    ...common,
    entryPoints: {
      extension: 'src/extension/main.ts',
      extensionCommands: 'src/extension/commands/allCommands.ts',
    },
    plugins: [lazyBundles, oneVscode],
  }),
};

/** For a web page of the editor, which loads it when it is opened: nothing of Node is there. */
bundles['timeline'] = {
  absWorkingDir: root,
  entryPoints: { timeline: 'src/webview/main.ts' },
  outdir: 'dist',
  bundle: true,
  platform: 'browser',
  target: 'chrome132',
  format: 'iife',
  minify: production,
  sourcemap: production ? 'external' : 'linked',
  sourcesContent: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'info',
};

await mkdir(path.join(root, 'dist'), { recursive: true });
// dist/*.js is CommonJS although the sources are ES modules.
await writeFile(path.join(root, 'dist/package.json'), '{ "type": "commonjs" }\n');
// The bootstraps run in the user's language, not in ours: they are copied as they are.
await rm(path.join(root, 'dist/bootstraps'), { recursive: true, force: true });
await cp(path.join(root, 'src/host/runtimes/bootstraps'), path.join(root, 'dist/bootstraps'), {
  recursive: true,
});

if (watch) {
  for (const options of Object.values(bundles)) await (await context(options)).watch();
} else {
  for (const [name, options] of Object.entries(bundles)) {
    const { metafile } = await build(options);
    await writeFile(path.join(root, 'dist', `${name}.meta.json`), JSON.stringify(metafile));
  }
}
