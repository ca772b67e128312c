import * as vscode from 'vscode';
import { languageName } from '../../workspace/handlers/handlerForm.ts';
import { supportedRuntimes } from '../../workspace/runtimes.ts';
import { t } from '../localize.ts';

/** Asks for one of Lambda's runtimes, those of `current`'s language first; undefined where the user left. */
export async function pickRuntime(
  title: string,
  current?: string,
  placeHolder?: string,
): Promise<string | undefined> {
  const own = current === undefined ? undefined : languageName(current);
  const languages = [...new Set(supportedRuntimes.map(languageName))].sort(
    (a, b) => Number(b === own) - Number(a === own),
  );
  const items = languages.flatMap(language => [
    { label: language, kind: vscode.QuickPickItemKind.Separator },
    ...supportedRuntimes
      .filter(runtime => languageName(runtime) === language)
      .reverse()
      .map(runtime => ({
        label: runtime,
        ...(runtime === current ? { description: t('in use') } : {}),
        runtime,
      })),
  ]);
  const chosen = await vscode.window.showQuickPick<vscode.QuickPickItem & { readonly runtime?: string }>(
    items,
    {
      title,
      ...(placeHolder === undefined ? {} : { placeHolder }),
    },
  );
  return chosen?.runtime;
}
