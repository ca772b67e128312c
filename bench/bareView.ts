/** VS Code's own side of a tree: an extension that has nothing but static rows to show, and makes nothing of them. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Containers of the activity bar; each has one view. */
export const bareViews = { one: 'Bare One', many: 'Bare Many' } as const;

/** First row of both. */
export const BARE_ROW = 'Bare row-0000';

const manifest = {
  name: 'bare-view',
  publisher: 'bench',
  version: '1.0.0',
  engines: { vscode: '^1.101.0' },
  main: './main.js',
  activationEvents: ['onStartupFinished'],
  contributes: {
    viewsContainers: {
      activitybar: Object.entries(bareViews).map(([id, title]) => ({
        id: `bare-${id}`,
        title,
        icon: '$(circle)',
      })),
    },
    views: Object.fromEntries(
      Object.entries(bareViews).map(([id, name]) => [`bare-${id}`, [{ id: `bare.${id}`, name }]]),
    ),
  },
};

/** The rows have all that those of a function have: label, description, icon, id, context value and spoken label. */
const main = (rows: number): string => `
const vscode = require('vscode');
const items = count => Array.from({ length: count }, (_, index) => {
  const name = 'row-' + String(index).padStart(4, '0');
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = name;
  item.description = 'nodejs22.x';
  item.contextValue = 'row';
  item.iconPath = new vscode.ThemeIcon('symbol-function');
  item.accessibilityInformation = { label: 'Bare ' + name };
  return item;
});
exports.activate = () => {
  for (const [id, shown] of [['one', items(1)], ['many', items(${rows})]])
    vscode.window.createTreeView('bare.' + id, {
      treeDataProvider: { getChildren: parent => (parent === undefined ? shown : []), getTreeItem: item => item },
    });
};
`;

/** Writes the extension into a folder, for `VscodeServerOptions.installed`. */
export async function writeBareView(folder: string, rows: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(path.join(folder, 'main.js'), main(rows));
}
