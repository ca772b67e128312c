import { build } from 'esbuild';
import { createRequire, isBuiltin } from 'node:module';
import path from 'node:path';

/**
 * Bundles that have code in common. esbuild takes programs apart only as ES modules, so that is done first, in memory; of what
 * comes of it one CJS file is made for each entry. The first entry is the program: its file holds what it has in common with the
 * others, which it loads when it needs them.
 * @param {import('esbuild').BuildOptions & {entryPoints: Record<string, string>}} options as for CJS bundles
 * @returns {import('esbuild').BuildOptions}
 */
export function inParts(options) {
  return {
    ...options,
    banner: {},
    supported: {},
    minify: false,
    outExtension: {},
    format: 'esm',
    splitting: true,
    sourcemap: 'inline',
    logLevel: 'warning',
    write: false,
    plugins: [
      ...(options.plugins ?? []),
      {
        name: 'in parts',
        setup(first) {
          // Where code is taken apart, a package that is CommonJS would have no named exports for who loads it later.
          first.onResolve({ filter: /^[^./]/ }, ({ kind, path: name, resolveDir }) =>
            kind === 'dynamic-import' && !isBuiltin(name)
              ? { path: name, namespace: PACKAGE, pluginData: resolveDir }
              : undefined,
          );
          first.onLoad({ filter: /./, namespace: PACKAGE }, ({ path: name, pluginData: resolveDir }) => {
            const names = Object.keys(createRequire(path.join(resolveDir, 'x'))(name));
            return { contents: `export { default, ${names.join(', ')} } from '${name}';`, resolveDir };
          });
          first.onEnd(async ({ errors, metafile, outputFiles = [] }) => {
            if (errors.length > 0) return;
            const files = new Map(outputFiles.map(({ path: file, text }) => [file, text]));
            const common = Object.entries(metafile?.outputs ?? {})
              .filter(([, { entryPoint }]) => entryPoint === undefined)
              .map(([file]) => path.join(options.absWorkingDir ?? '', file));
            for (const part of Object.keys(options.entryPoints))
              await writePart(part, files, common, options);
          });
        },
      },
    ],
  };
}

const PACKAGE = 'package that is loaded later';
const COMMON = 'in the program';
const ENTRY = 'entry of a part';

/**
 * @param {string} part name of an entry
 * @param {ReadonlyMap<string, string>} files what the first step made: path → text
 * @param {readonly string[]} common those of them that are no program
 * @param {import('esbuild').BuildOptions & {entryPoints: Record<string, string>}} options
 */
async function writePart(part, files, common, options) {
  const { absWorkingDir = '', outdir = '', entryPoints } = options;
  const folder = path.join(absWorkingDir, outdir);
  const [program = ''] = Object.keys(entryPoints);
  /** @param {string} file */
  const exported = file => `common${common.indexOf(file)}`;
  /** @type {import('esbuild').Plugin} */
  const fromMemory = {
    name: 'from memory',
    setup(second) {
      second.onResolve({ filter: /^\.\// }, ({ kind, path: name }) => {
        const file = path.join(folder, name);
        if (!files.has(file)) return { path: name, external: true };
        const other = path.parse(name).name;
        if (kind === 'dynamic-import' && other in entryPoints)
          return { path: `./${other}.cjs`, external: true };
        return part !== program && common.includes(file)
          ? { path: file, namespace: COMMON }
          : { path: file, namespace: 'file' };
      });
      second.onResolve({ filter: /./ }, ({ kind }) =>
        kind === 'entry-point' ? { path: part, namespace: ENTRY } : undefined,
      );
      second.onLoad({ filter: /./, namespace: ENTRY }, () => ({
        contents: [
          `export * from './${part}.js';`,
          ...(part === program
            ? common.map(file => `export * as ${exported(file)} from './${path.basename(file)}';`)
            : []),
        ].join('\n'),
        resolveDir: folder,
      }));
      second.onLoad({ filter: /./, namespace: 'file' }, ({ path: file }) => ({
        contents: files.get(file) ?? '',
        loader: 'js',
      }));
      second.onLoad({ filter: /./, namespace: COMMON }, ({ path: file }) => ({
        contents: `module.exports = require('./${program}.cjs').${exported(file)};`,
        resolveDir: folder,
      }));
    },
  };
  await build({ ...options, entryPoints: { [part]: ENTRY }, plugins: [fromMemory] });
}
