/** Compares two versions of a function, or one with `$LATEST`: settings and files, each in the diff editor. */
import path from 'node:path';
import * as vscode from 'vscode';
import { codeChanges } from '../../client/controlCalls.ts';
import { settingChanges } from '../../client/functionSettings.ts';
import type { CodeChange, CodeChanges } from '../../protocol/control.ts';
import { withProgress } from '../cancellation.ts';
import { hostSettings } from '../configuration/configurationFiles.ts';
import { configurationUri } from '../configuration/configurationUri.ts';
import { changesText } from '../configuration/settingsDocument.ts';
import { isAbort, messageOf } from '../errors.ts';
import { t } from '../localize.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import { LATEST } from '../versions/latest.ts';
import { codeUri } from './codeFiles.ts';

/** More files than these are not put into one editor. */
const MOST_AT_ONCE = 100;

type Item = vscode.QuickPickItem & { readonly open?: () => unknown };

/** Compares, and lets the user choose what to look at; says so where nothing differs. */
export async function compareVersions(target: FunctionTarget, one: string, other: string): Promise<void> {
  const [from, to] = inOrder(one, other);
  const title = `${target.name} ${from} ↔ ${to}`;
  const found = await withProgress(t('Comparing {0}', title), signal =>
    differences(target, from, to, signal),
  );
  if (found === undefined) return;
  const items = itemsOf(target, found, title);
  if (!items.some(item => item.open !== undefined) && !('problem' in found.code)) {
    void vscode.window.showInformationMessage(
      t('{0} and {1} of {2} are the same: settings and code.', from, to, target.name),
    );
    return;
  }
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: t('What differs; choose what to look at'),
    matchOnDescription: true,
  });
  await chosen?.open?.();
}

interface Differences {
  readonly from: string;
  readonly to: string;
  readonly settings: string;
  readonly code: CodeChanges | { readonly problem: string };
}

async function differences(
  target: FunctionTarget,
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<Differences> {
  // What is compared with $LATEST is what the editor shows.
  if (to === LATEST) await target.project.settle(signal);
  const { client } = await target.project.connection.ensure();
  const [before, after, code] = await Promise.all([
    hostSettings(target, from),
    hostSettings(target, to),
    codeChanges(client, target.name, from, to, signal).catch((error: unknown) => {
      if (isAbort(error) || signal.aborted) throw error;
      return { problem: messageOf(error) };
    }),
  ]);
  // A version's description is a note on the version, as a commit's message is: it makes no difference.
  const settings = settingChanges(before.settings, after.settings).filter(
    ({ name }) => name !== 'Description',
  );
  return { from, to, settings: changesText(settings), code };
}

/** The older one first, `$LATEST` last: a difference reads from before to after. */
export function inOrder(one: string, other: string): readonly [from: string, to: string] {
  const age = (qualifier: string): number => (qualifier === LATEST ? Infinity : Number(qualifier));
  return age(one) <= age(other) ? [one, other] : [other, one];
}

function itemsOf(
  target: FunctionTarget,
  { from, to, settings, code }: Differences,
  title: string,
): readonly Item[] {
  const heading = (label: string): Item => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const configuration: readonly Item[] =
    settings === ''
      ? []
      : [
          heading(t('Configuration')),
          {
            label: `$(settings) ${t('Configuration')}`,
            description: settings,
            open: () =>
              vscode.commands.executeCommand(
                'vscode.diff',
                configurationUri({ ...target, version: from }),
                configurationUri({ ...target, version: to }),
                title,
              ),
          },
        ];
  if ('problem' in code)
    return [
      ...configuration,
      heading(t('Code')),
      { label: `$(warning) ${t('Code can’t be compared')}`, description: code.problem },
    ];
  if (code.files.length === 0) return configuration;
  const sides = (change: CodeChange) => sidesOf(target, code, change);
  const some = code.files.slice(0, MOST_AT_ONCE);
  return [
    ...configuration,
    heading(t('Code')),
    ...(code.files.length === 1
      ? []
      : [
          {
            label: `$(diff-multiple) ${
              some.length < code.files.length
                ? t('The first {0} of {1} files', some.length, countText(code))
                : t('All {0} files', countText(code))
            }`,
            open: () =>
              vscode.commands.executeCommand(
                'vscode.changes',
                title,
                some.map(change => {
                  const { before, after } = sides(change);
                  return [
                    after,
                    change.change === 'added' ? undefined : before,
                    change.change === 'removed' ? undefined : after,
                  ];
                }),
              ),
          },
        ]),
    ...code.files.map(change => ({
      label: `$(${icons[change.change]}) ${change.path}`,
      description: words(change),
      open: () => {
        const { before, after } = sides(change);
        return vscode.commands.executeCommand(
          'vscode.diff',
          before,
          after,
          `${path.posix.basename(change.path)} (${title})`,
        );
      },
    })),
  ];
}

const icons: Readonly<Record<CodeChange['change'], string>> = {
  added: 'diff-added',
  removed: 'diff-removed',
  changed: 'diff-modified',
};

function words({ change }: CodeChange): string {
  switch (change) {
    case 'added':
      return t('added');
    case 'removed':
      return t('removed');
    case 'changed':
      return t('changed');
  }
}

const countText = ({ files, truncated }: CodeChanges): string => `${files.length}${truncated ? '+' : ''}`;

/** Code of `$LATEST` that runs from the workspace is shown, and can be edited, where it is. */
function sidesOf(
  target: FunctionTarget,
  { from, to }: CodeChanges,
  { path: file, change }: CodeChange,
): { readonly before: vscode.Uri; readonly after: vscode.Uri } {
  const { project } = target;
  const codeRoot = project.store.function(target.name)?.live?.codeRoot;
  const shown = project.paths.shown(path.join(to.root, ...file.split('/')));
  const inPlace = to.version === LATEST && to.root === codeRoot && project.contains(vscode.Uri.file(shown));
  return {
    before: codeUri({ ...target, version: from.version, file }, change === 'added'),
    after:
      inPlace && change !== 'removed'
        ? vscode.Uri.file(shown)
        : codeUri({ ...target, version: to.version, file }, change === 'removed'),
  };
}
