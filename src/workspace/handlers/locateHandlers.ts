/** Where a source text exports its functions. Pure: works on an open, unsaved, half typed text. */
import type { HandlerLocation } from '../../protocol/workspace.ts';
import { sourceText } from '../sourceText.ts';
import { scanJavaScript } from './javascriptExports.ts';
import { scanPython } from './pythonDefinitions.ts';

export type HandlerLanguage = HandlerLocation['language'];

/** A name that a module gives to others, at the place where it is defined. Lines and columns count from 0. */
export interface LocatedExport {
  readonly symbol: string;
  readonly line: number;
  readonly column: number;
  /** `function`: surely callable; `call`: what a call or another name gives; `other`: a class or a plain value. */
  readonly kind: 'function' | 'call' | 'other';
  /** Python: names of the parameters of a `def`. */
  readonly parameters?: readonly string[];
  /** Python: the text that is assigned. */
  readonly value?: string;
}

export interface ExportScan<Entry> {
  readonly exports: readonly Entry[];
  /** False when the module may export more than can be seen (`export *`, a computed `module.exports`). */
  readonly complete: boolean;
}

export function scanExports(text: string, language: HandlerLanguage): ExportScan<LocatedExport> {
  const scan = language === 'python' ? scanPython(text) : scanJavaScript(text);
  const { positionAt } = sourceText('', text);
  return {
    complete: scan.complete,
    exports: scan.exports.map(({ offset, ...entry }) => ({ ...entry, ...positionAt(offset) })),
  };
}

/** All that may be a handler: every exported name that is or may be a function, in order of its place. */
export function locateHandlers(text: string, language: HandlerLanguage): LocatedExport[] {
  return scanExports(text, language)
    .exports.filter(entry => entry.kind !== 'other')
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

/** The language of a file by its ending; undefined for anything else, and for TypeScript declarations. */
export function handlerLanguageOf(file: string): HandlerLanguage | undefined {
  if (/\.d\.[cm]?ts$/i.test(file)) return undefined;
  if (/\.([cm]?ts|tsx)$/i.test(file)) return 'typescript';
  if (/\.([cm]?js|jsx)$/i.test(file)) return 'javascript';
  return /\.py$/i.test(file) ? 'python' : undefined;
}
