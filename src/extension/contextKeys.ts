import * as vscode from 'vscode';
import type { ContextValues } from './contributions.ts';

/** Sets the context keys of package.json's `when` clauses, each only when it changes. */
export class ContextKeys {
  readonly #last = new Map<string, unknown>();

  /** Follows the workspace's trust, which is only ever granted. */
  watchTrust(): vscode.Disposable {
    this.set('lamplight:restricted', !vscode.workspace.isTrusted);
    return vscode.workspace.onDidGrantWorkspaceTrust(() => this.set('lamplight:restricted', false));
  }

  set<K extends keyof ContextValues>(key: K, value: ContextValues[K]): void {
    if (this.#last.get(key) === value) return;
    this.#last.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
