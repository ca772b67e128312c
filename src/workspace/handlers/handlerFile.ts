/** From a handler string and a code root to the source file and the place of the export. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { HandlerLocation } from '../../protocol/workspace.ts';
import type { Language } from '../runtimes.ts';
import { handlerLanguageOf, scanExports } from './locateHandlers.ts';

export interface HandlerParts {
  /** `src/app`, with forward slashes, without an ending. */
  readonly module: string;
  /** The export, or the attribute of the Python module; the first of a nested path. */
  readonly symbol: string;
}

/**
 * Splits as the runtimes do (spec/execution-environment.md §6): Node.js at the first dot of the last path segment,
 * Python at the last dot, with `.` as well as `/` between packages. Undefined for a text that is no handler.
 */
export function splitHandler(handler: string, language: Language): HandlerParts | undefined {
  if (/\s/.test(handler) || handler.includes('..')) return undefined;
  if (language === 'python') {
    const dot = handler.lastIndexOf('.');
    const [module, symbol] = [handler.slice(0, dot).replaceAll('.', '/'), handler.slice(dot + 1)];
    return dot <= 0 || module === '' || !/^\w+$/.test(symbol) ? undefined : { module, symbol };
  }
  const slash = handler.lastIndexOf('/');
  const dot = handler.indexOf('.', slash + 1);
  const symbol = handler.slice(dot + 1).split('.')[0] ?? '';
  if (dot <= slash + 1 || symbol === '') return undefined;
  return { module: path.posix.normalize(handler.slice(0, dot)), symbol };
}

/** TypeScript first: where both are there, the JavaScript is what it was compiled to. */
export const typescriptEndings = ['.ts', '.mts', '.cts', '.tsx'];
export const javascriptEndings = ['.js', '.mjs', '.cjs'];
const pythonEndings = ['.py', '/__init__.py'];

export async function isFile(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined))?.isFile() === true;
}

/** The first of `root/module + ending` that is there. */
export async function firstFile(stem: string, endings: readonly string[]): Promise<string | undefined> {
  for (const ending of endings) {
    const file = path.normalize(`${stem}${ending}`);
    if (await isFile(file)) return file;
  }
  return undefined;
}

/** The source file of a handler below `root`. */
export async function findHandlerFile(
  root: string,
  module: string,
  language: Language,
): Promise<string | undefined> {
  if (language === 'other') return undefined;
  const endings = language === 'python' ? pythonEndings : [...typescriptEndings, ...javascriptEndings];
  return firstFile(path.join(root, module), endings);
}

export type HandlerPlace =
  | { readonly kind: 'found'; readonly location: HandlerLocation }
  /** The file is there, and exports no such name as far as can be seen. */
  | { readonly kind: 'missing'; readonly exports: readonly string[] }
  /** It may be exported in a way that only running the code shows. */
  | { readonly kind: 'unclear' };

/** Where `file` exports `symbol`. */
export async function locateExport(file: string, symbol: string): Promise<HandlerPlace> {
  const language = handlerLanguageOf(file);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (language === undefined || text === undefined) return { kind: 'unclear' };
  const scan = scanExports(text, language);
  const entry = scan.exports.find(candidate => candidate.symbol === symbol);
  if (entry !== undefined) {
    const { line, column } = entry;
    return { kind: 'found', location: { file, line, column, symbol, language } };
  }
  if (!scan.complete) return { kind: 'unclear' };
  const callable = scan.exports.filter(candidate => candidate.kind !== 'other');
  return { kind: 'missing', exports: callable.map(candidate => candidate.symbol) };
}
