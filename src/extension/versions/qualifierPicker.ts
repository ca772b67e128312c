import * as vscode from 'vscode';
import { splitText, versionName } from '../aliases/split.ts';
import { t } from '../localize.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import { LATEST } from './latest.ts';

export interface QualifierQuestion {
  readonly title: string;
  readonly placeHolder?: string;
  /** Which kinds are offered. */
  readonly latest?: boolean;
  readonly aliases?: boolean;
  /** The one that is in use, marked as such. */
  readonly current?: string | undefined;
  /** Not to be chosen. */
  readonly without?: readonly string[];
}

type Item = vscode.QuickPickItem & { readonly qualifier?: string };

/** Asks for a version of a function, `$LATEST` or an alias where the question allows; undefined where the user left. */
export async function pickQualifier(
  target: FunctionTarget,
  question: QualifierQuestion,
): Promise<string | undefined> {
  await target.project.connection.ensure();
  const items = await qualifierItems(target, question);
  if (!items.some(item => item.qualifier !== undefined)) {
    void vscode.window.showInformationMessage(
      t('{0} has no published version. Publish one first.', target.name),
    );
    return undefined;
  }
  const chosen = await vscode.window.showQuickPick(items, {
    title: question.title,
    matchOnDescription: true,
    ...(question.placeHolder === undefined ? {} : { placeHolder: question.placeHolder }),
  });
  return chosen?.qualifier;
}

async function qualifierItems(
  { project, name }: FunctionTarget,
  { latest, aliases, current, without = [] }: QualifierQuestion,
): Promise<readonly Item[]> {
  const live = project.store.function(name)?.live;
  const versions = await project.versions.of(name);
  const heading = (label: string): Item => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const item = (icon: string, label: string, qualifier: string, description: string): Item => ({
    label: `$(${qualifier === current ? 'check' : icon}) ${label}`,
    description,
    qualifier,
  });
  const groups: readonly (readonly [string, readonly Item[]])[] = [
    [t('Code as it is now'), latest === true ? [item('code', LATEST, LATEST, '')] : []],
    [
      t('Aliases'),
      aliases === true
        ? (live?.aliases ?? []).map(alias => item('tag', alias.name, alias.name, splitText(alias)))
        : [],
    ],
    [
      t('Versions'),
      versions.map(({ Version, Description }) =>
        item(
          'git-commit',
          versionName(Version),
          Version,
          [
            ...(Description ? [Description] : []),
            ...(String(live?.versions?.current) === Version ? [t('same as $LATEST')] : []),
          ].join(' · '),
        ),
      ),
    ],
  ];
  return groups.flatMap(([title, list]) => {
    const offered = list.filter(({ qualifier = '' }) => !without.includes(qualifier));
    return offered.length === 0 ? [] : [heading(title), ...offered];
  });
}
