import * as vscode from 'vscode';
import { RESULT_SCHEME } from './contributions.ts';

/**
 * Where to open code or an event: where the file is open already; beside the result where a result has the focus; else
 * where the focus is.
 */
export function codeColumn(uri: vscode.Uri): vscode.ViewColumn {
  const { all, activeTabGroup } = vscode.window.tabGroups;
  const uriOf = (tab: vscode.Tab | undefined): vscode.Uri | undefined =>
    tab?.input instanceof vscode.TabInputText ? tab.input.uri : undefined;
  const open = all.find(group => group.tabs.some(tab => uriOf(tab)?.toString() === uri.toString()));
  if (open !== undefined) return open.viewColumn;
  return uriOf(activeTabGroup.activeTab)?.scheme === RESULT_SCHEME
    ? vscode.ViewColumn.One
    : vscode.ViewColumn.Active;
}
