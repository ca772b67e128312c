import * as vscode from 'vscode';
import { views } from '../contributions.ts';

/**
 * Aliases point at published versions. Nothing publishes one yet: every function runs as `$LATEST`, and the view's
 * welcome text says so. The control plane's issue brings versions, and with them the elements of this tree.
 */
export class AliasesView implements vscode.TreeDataProvider<never> {
  readonly #view: vscode.TreeView<never>;

  constructor() {
    this.#view = vscode.window.createTreeView(views.aliases, { treeDataProvider: this });
  }

  getChildren(): never[] {
    return [];
  }

  getTreeItem(node: never): vscode.TreeItem {
    return node;
  }

  dispose(): void {
    this.#view.dispose();
  }
}
