import * as vscode from 'vscode';
import type { CommandId } from '../contributions.ts';
import type { Row } from './row.ts';

const icons = new Map<string, vscode.ThemeIcon>();

/** One object for all rows that look alike. */
function themeIcon({ id, color = '' }: NonNullable<Row['icon']>): vscode.ThemeIcon {
  const key = `${id} ${color}`;
  const known = icons.get(key);
  if (known !== undefined) return known;
  const icon = new vscode.ThemeIcon(id, color === '' ? undefined : new vscode.ThemeColor(color));
  icons.set(key, icon);
  return icon;
}

/** A row as the editor's tree wants it. */
export function treeItem(
  id: string,
  row: Row,
  collapsible: vscode.TreeItemCollapsibleState,
  open?: { readonly command: CommandId; readonly title: string; readonly arguments: readonly unknown[] },
): vscode.TreeItem {
  const item = new vscode.TreeItem(row.label, collapsible);
  item.id = id;
  item.contextValue = row.context;
  item.accessibilityInformation = { label: row.spoken };
  if (row.description !== undefined) item.description = row.description;
  if (row.icon !== undefined) item.iconPath = themeIcon(row.icon);
  if (row.tooltip !== undefined) item.tooltip = new vscode.MarkdownString(row.tooltip, true);
  if (open !== undefined) item.command = { ...open, arguments: [...open.arguments] };
  return item;
}
