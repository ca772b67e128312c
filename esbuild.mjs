// Bundles the extension and the command line (with the host) into one CJS file each.
// `--watch` rebuilds on change, `--production` minifies and leaves source maps out of the package.
import { context, build } from 'esbuild';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');
const manifest = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8'));

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
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

/** @type {import('esbuild').BuildOptions[]} */
const bundles = [
  {
    ...common,
    entryPoints: { cli: 'src/cli/main.ts' },
    // It must start on an older Node to say what it needs, or to start itself again on a newer one.
    target: 'node20',
    outdir: 'dist',
    banner: { js: `#!/usr/bin/env node\n${common.banner?.['js'] ?? ''}` },
    // esbuild is a native program beside the bundle; dockerode's ssh and build transports are never used.
    external: ['esbuild', 'ssh2', '@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs'],
  },
  {
    ...common,
    entryPoints: { extension: 'src/extension/main.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    external: ['vscode'],
  },
];

await mkdir('dist', { recursive: true });
// dist/*.js is CommonJS although the sources are ES modules.
await writeFile('dist/package.json', '{ "type": "commonjs" }\n');
// The bootstraps run in the user's language, not in ours: they are copied as they are.
await rm('dist/bootstraps', { recursive: true, force: true });
await cp('src/host/runtimes/bootstraps', 'dist/bootstraps', { recursive: true });

if (watch) {
  for (const options of bundles) await (await context(options)).watch();
} else {
  for (const options of bundles) {
    const result = await build(options);
    const name = Object.keys(/** @type {Record<string, string>} */ (options.entryPoints))[0];
    await writeFile(`dist/${name}.meta.json`, JSON.stringify(result.metafile));
  }
}
