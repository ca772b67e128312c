import * as vscode from 'vscode';
import type { SettingValues } from './contributions.ts';

/** The only reader of settings. Values are read when they are used, never kept. */
export function setting<K extends keyof SettingValues>(
  key: K,
  scope?: vscode.ConfigurationScope,
): SettingValues[K] {
  const value = vscode.workspace.getConfiguration(undefined, scope).get<SettingValues[K]>(key);
  // Every setting has a default in package.json (scripts/contributions.mjs checks it).
  if (value === undefined) throw new Error(`Setting ${key} is not in package.json.`);
  return value;
}

/** True when one of `keys` changed. */
export function settingChanged(
  event: vscode.ConfigurationChangeEvent,
  keys: readonly (keyof SettingValues)[],
): boolean {
  return keys.some(key => event.affectsConfiguration(key));
}

/** True when the folder brings launch configurations of its own (launch.json, or the workspace file). */
export function hasLaunchConfigurations(scope: vscode.Uri | undefined): boolean {
  const found = vscode.workspace
    .getConfiguration('launch', scope ?? null)
    .inspect<unknown[]>('configurations');
  const own = [found?.workspaceFolderValue, found?.workspaceValue].flatMap(value =>
    Array.isArray(value) ? value : [],
  );
  return own.length > 0;
}
