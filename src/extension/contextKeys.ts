import * as vscode from 'vscode';
import type { ContextValues } from './contributions.ts';

/** Sets the context keys of package.json's `when` clauses, each only when it changes. */
export class ContextKeys {
  readonly #last = new Map<string, unknown>();

  set<K extends keyof ContextValues>(key: K, value: ContextValues[K]): void {
    if (this.#last.get(key) === value) return;
    this.#last.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
