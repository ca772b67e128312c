import * as vscode from 'vscode';
import type { AliasSummary } from '../../protocol/model.ts';
import { t } from '../localize.ts';
import { bar, offeredPercents, readPercent, routingOf } from './routing.ts';
import type { Routing } from './routing.ts';
import { percentOf, splitText, versionName } from './split.ts';

type Item = vscode.QuickPickItem & { readonly percent?: number };

/** A list that works like a slider: up and down move the share, each row shows the split. Undefined where the user left. */
export async function pickWeight(
  title: string,
  alias: AliasSummary,
  second: string,
): Promise<Routing | undefined> {
  const current = alias.additional?.version === second ? percentOf(alias.additional.weight) : 0;
  const custom: Item = { label: `$(edit) ${t('Another percentage…')}` };
  const items: readonly Item[] = [
    ...offeredPercents(current).map(percent => ({
      label: `${percent} %`,
      description: [
        splitText(routingOf(alias.version, second, percent)),
        ...(percent === current ? [t('now')] : []),
      ].join(' · '),
      detail: bar(percent),
      percent,
    })),
    custom,
  ];
  const picked = await new Promise<Item | undefined>(resolve => {
    const list = vscode.window.createQuickPick<Item>();
    list.title = title;
    list.placeholder = t('Share of invocations that goes to {0}', versionName(second));
    list.items = items;
    list.activeItems = items.filter(({ percent }) => percent === current);
    list.onDidAccept(() => {
      resolve(list.selectedItems[0]);
      list.hide();
    });
    list.onDidHide(() => {
      resolve(undefined);
      list.dispose();
    });
    list.show();
  });
  const percent = picked === custom ? await askPercent(title, second) : picked?.percent;
  return percent === undefined ? undefined : routingOf(alias.version, second, percent);
}

async function askPercent(title: string, second: string): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    // What was typed is kept while the user looks elsewhere.
    ignoreFocusOut: true,
    title,
    prompt: t('Percent of the invocations that go to {0}', versionName(second)),
    placeHolder: '12.5',
    validateInput: value => {
      const read = readPercent(value);
      return 'mistake' in read ? read.mistake : undefined;
    },
  });
  if (text === undefined) return undefined;
  const read = readPercent(text);
  return 'percent' in read ? read.percent : undefined;
}
