/**
 * For a template that points to what tsc writes (`CodeUri: dist`): the TypeScript behind it, found by the project's
 * tsconfig, so that a save reloads the function without a compiler that runs beside Lamplight.
 */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'jsonc-parser';
import { isIn } from '../files/isIn.ts';
import { firstFile, typescriptEndings } from './handlerFile.ts';

/** Folders above `root` in which a tsconfig.json is looked for. */
const FURTHEST = 6;

/** The source of `root/module`; undefined where no tsconfig says that `root` is its output. */
export async function sourceOfCompiled(root: string, module: string): Promise<string | undefined> {
  let folder = root;
  for (let level = 0; level < FURTHEST; level += 1) {
    const config = await readConfig(path.join(folder, 'tsconfig.json'));
    if (config !== undefined) return sourceBy(config, folder, path.join(root, module));
    if ((await stat(path.join(folder, '.git')).catch(() => undefined)) !== undefined) return undefined;
    const parent = path.dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
  return undefined;
}

interface CompilerOptions {
  readonly outDir?: string;
  readonly rootDir?: string;
}

async function sourceBy(
  { outDir, rootDir }: CompilerOptions,
  folder: string,
  stem: string,
): Promise<string | undefined> {
  if (outDir === undefined) return undefined;
  const output = path.resolve(folder, outDir);
  if (!isIn(output, stem)) return undefined;
  const below = path.relative(output, stem);
  // Without rootDir tsc takes the deepest folder that all sources share: `src`, or the folder itself.
  const roots = rootDir === undefined ? ['src', '.'] : [rootDir];
  for (const source of roots) {
    const file = await firstFile(path.resolve(folder, source, below), typescriptEndings);
    if (file !== undefined) return file;
  }
  return undefined;
}

async function readConfig(file: string): Promise<CompilerOptions | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const root: unknown = parse(text, [], { allowTrailingComma: true });
  const options = memberOf(root, 'compilerOptions');
  const outDir = memberOf(options, 'outDir');
  const rootDir = memberOf(options, 'rootDir');
  return {
    ...(typeof outDir === 'string' ? { outDir } : {}),
    ...(typeof rootDir === 'string' ? { rootDir } : {}),
  };
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
