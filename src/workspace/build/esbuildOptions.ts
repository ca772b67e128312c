/** From a declared function to esbuild's options. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BuildOptions, Format, Loader } from 'esbuild';
import type { DeclaredCode, DeclaredFunction } from '../../protocol/workspace.ts';
import { splitHandler } from '../handlers/handlerFile.ts';
import { esbuildTarget } from '../runtimes.ts';
import { awsSdk } from './awsSdk.ts';

export type EsbuildCode = Extract<DeclaredCode, { kind: 'esbuild' }>;

/**
 * Lets CommonJS packages that are bundled into an ES module `require` Node's own modules. Only where the format is our
 * choice: a template that says `Format: esm` has its own banner, or fails on AWS as well.
 */
const requireBanner =
  "import { createRequire as lamplightCreateRequire } from 'node:module'; const require = lamplightCreateRequire(import.meta.url);";

/**
 * Options of a build in memory; the outputs' paths are below `outdir`, where nothing is written.
 * @param packages a `node_modules` in which packages are found that Node would not find from the code
 */
export async function buildOptions(
  declared: DeclaredFunction,
  code: EsbuildCode,
  outdir: string,
  packages?: string,
): Promise<BuildOptions & { readonly format: Format }> {
  const { options } = code;
  const format = options.format ?? (await formatOf(code.entry));
  const main = modulePath(declared, code);
  const chosenHere = format === 'esm' && options.format === undefined && options.banner === undefined;
  return {
    absWorkingDir: code.root,
    entryPoints: [{ in: code.entry, out: main }, ...otherEntries(code, main)],
    outdir,
    bundle: true,
    platform: 'node',
    format,
    target: options.target?.split(',') ?? esbuildTarget(declared.runtime),
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    write: false,
    logLevel: 'silent',
    outExtension: options.outExtension ?? (format === 'esm' ? { '.js': '.mjs' } : {}),
    plugins: [awsSdk(code.root, packages)],
    ...(packages === undefined ? {} : { nodePaths: [packages] }),
    ...(options.external === undefined ? {} : { external: [...options.external] }),
    ...(options.minify === undefined ? {} : { minify: options.minify }),
    ...(options.keepNames === undefined ? {} : { keepNames: options.keepNames }),
    ...(options.mainFields === undefined ? {} : { mainFields: [...options.mainFields] }),
    ...(options.conditions === undefined ? {} : { conditions: [...options.conditions] }),
    // esbuild itself refuses a loader that it doesn't have, with a good message.
    ...(options.loader === undefined ? {} : { loader: options.loader as Record<string, Loader> }),
    ...(options.define === undefined ? {} : { define: { ...options.define } }),
    ...(options.alias === undefined ? {} : { alias: { ...options.alias } }),
    ...(chosenHere ? { banner: { js: requireBanner } } : {}),
    ...(options.banner === undefined ? {} : { banner: { ...options.banner } }),
  };
}

/** The output is put where the handler string looks for it, so that the string needs no change. */
function modulePath(declared: DeclaredFunction, code: EsbuildCode): string {
  const parts = declared.handler === undefined ? undefined : splitHandler(declared.handler, 'node');
  return parts?.module ?? withoutEnding(path.basename(code.entry));
}

function otherEntries(code: EsbuildCode, main: string): { in: string; out: string }[] {
  return (code.options.entryPoints ?? []).flatMap(entry => {
    const file = path.resolve(code.root, entry);
    const out = withoutEnding(path.relative(code.root, file)).split(path.sep).join('/');
    const isMain = file === code.entry || withoutEnding(file) === withoutEnding(code.entry);
    return isMain || out === main || out.startsWith('..') ? [] : [{ in: file, out }];
  });
}

function withoutEnding(file: string): string {
  return file.replace(/\.[cm]?[jt]sx?$/, '');
}

/** What Node would take the source for: by its ending, else by the nearest package.json. */
async function formatOf(entry: string): Promise<'esm' | 'cjs'> {
  if (/\.m[jt]s$/.test(entry)) return 'esm';
  if (/\.c[jt]s$/.test(entry)) return 'cjs';
  for (let folder = path.dirname(entry); ; folder = path.dirname(folder)) {
    const text = await readFile(path.join(folder, 'package.json'), 'utf8').catch(() => undefined);
    if (text !== undefined) return /"type"\s*:\s*"module"/.test(text) ? 'esm' : 'cjs';
    if (folder === path.dirname(folder)) return 'cjs';
  }
}
