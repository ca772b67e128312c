import * as vscode from 'vscode';
import { t } from '../localize.ts';
import type { Project } from '../project/project.ts';

/** Asks for a folder or a zip of this machine; undefined where the user left. */
export async function pickLayerSource(title: string, { folder }: Project): Promise<string | undefined> {
  const kind = await vscode.window.showQuickPick(
    [
      {
        label: `$(folder) ${t('Folder')}`,
        description: t('its contents are at /opt'),
        zip: false,
      },
      { label: `$(file-zip) ${t('Zip file')}`, description: t('as “aws lambda” takes it'), zip: true },
    ],
    { title, placeHolder: t('Where the layer’s files are'), ignoreFocusOut: true },
  );
  if (kind === undefined) return undefined;
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title,
      openLabel: kind.zip ? t('Use This Zip') : t('Use This Folder'),
      defaultUri: folder.uri,
      canSelectFiles: kind.zip,
      canSelectFolders: !kind.zip,
      canSelectMany: false,
      ...(kind.zip ? { filters: { [t('Zip files')]: ['zip'] } } : {}),
    })) ?? [];
  return chosen?.fsPath;
}
