import * as vscode from 'vscode';

/** The document that a lens or a menu of the editor names. */
export function uriOf(argument: unknown): vscode.Uri | undefined {
  return argument instanceof vscode.Uri ? argument : undefined;
}

/** What an element of a tree calls itself besides project and name: a request id, a layer's logical id. */
export function keyOf(argument: unknown): string | undefined {
  if (typeof argument !== 'object' || argument === null || !('key' in argument)) return undefined;
  return typeof argument.key === 'string' ? argument.key : undefined;
}
