import * as vscode from 'vscode';
import type { Place } from '../result/sourceMaps.ts';

/** The document that a lens or a menu of the editor names. */
export function uriOf(argument: unknown): vscode.Uri | undefined {
  return argument instanceof vscode.Uri ? argument : undefined;
}

/** What an element of a tree calls itself besides project and name: a request id, a layer's logical id. */
export function keyOf(argument: unknown): string | undefined {
  if (typeof argument !== 'object' || argument === null || !('key' in argument)) return undefined;
  return typeof argument.key === 'string' ? argument.key : undefined;
}

/** The version or alias that an element of a tree stands for. */
export function qualifierOf(argument: unknown): string | undefined {
  if (typeof argument !== 'object' || argument === null || !('qualifier' in argument)) return undefined;
  return typeof argument.qualifier === 'string' ? argument.qualifier : undefined;
}

/** A place in a source, from a link of a result. Counts from 1. */
export function placeOf(argument: unknown): Place | undefined {
  if (typeof argument !== 'object' || argument === null || !('file' in argument) || !('line' in argument))
    return undefined;
  const { file, line } = argument;
  if (typeof file !== 'string' || typeof line !== 'number') return undefined;
  const column = 'column' in argument && typeof argument.column === 'number' ? argument.column : undefined;
  return { file, line, ...(column === undefined ? {} : { column }) };
}
