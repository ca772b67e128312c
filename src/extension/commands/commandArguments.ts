import * as vscode from 'vscode';
import type { Place } from '../../client/sourceMaps.ts';

/** The document that a lens or a menu of the editor names. */
export function uriOf(argument: unknown): vscode.Uri | undefined {
  return argument instanceof vscode.Uri ? argument : undefined;
}

/** What an element of a tree calls itself besides project and name: a request id, a layer's name. */
export const keyOf = (argument: unknown): string | undefined => textIn(argument, 'key');

/** The version or alias that an element of a tree stands for. */
export const qualifierOf = (argument: unknown): string | undefined => textIn(argument, 'qualifier');

/** The name of the layer that an element of the tree stands for; undefined for other accounts' layers. */
export function layerNameOf(argument: unknown): string | undefined {
  const key = keyOf(argument);
  return key?.startsWith('arn:') === true ? undefined : key;
}

/** A member of what a command was given, where it is text. */
export function textIn(
  argument: unknown,
  member: 'key' | 'name' | 'qualifier' | 'arn' | 'path',
): string | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const value: unknown = (argument as Readonly<Record<string, unknown>>)[member];
  return typeof value === 'string' ? value : undefined;
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
