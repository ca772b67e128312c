import * as vscode from 'vscode';
import { historyPages } from '../../client/history.ts';
import type { HistoryQuery } from '../../client/history.ts';
import type { HostClient } from '../../client/hostClient.ts';
import type { InvocationSummary } from '../../protocol/model.ts';
import { isAbort, messageOf } from '../errors.ts';
import { shownDate } from '../clock/shownTime.ts';
import { t } from '../localize.ts';
import { attemptKey } from '../project/attemptKey.ts';
import type { Project } from '../project/project.ts';
import type { Results } from '../result/results.ts';
import { invocationRow } from '../views/functionRows.ts';

/** Findings that the list shows. */
const SHOWN = 100;
/** Between two keys nobody wants an answer. */
const TYPING_MS = 200;

type Status = NonNullable<HistoryQuery['status']>;

interface Item extends vscode.QuickPickItem {
  readonly invocation?: InvocationSummary;
}

interface StatusButton extends vscode.QuickInputButton {
  readonly status: Status;
}

/** Lets the user search what was invoked, and opens the result of what they choose. `name`: of this function only. */
export async function searchHistory(
  project: Project,
  name: string | undefined,
  results: Results,
): Promise<void> {
  const { client } = await project.connection.ensure();
  const chosen = await pick(client, name);
  if (chosen === undefined) return;
  const target = { project, name: chosen.functionName };
  await results.show(await results.open(target, attemptKey(chosen)));
}

function pick(client: HostClient, name: string | undefined): Promise<InvocationSummary | undefined> {
  const buttons: readonly StatusButton[] = [
    { status: 'failed', iconPath: new vscode.ThemeIcon('error'), tooltip: t('Only What Failed') },
    {
      status: 'throttled',
      iconPath: new vscode.ThemeIcon('circle-slash'),
      tooltip: t('Only What Was Throttled'),
    },
    { status: 'ok', iconPath: new vscode.ThemeIcon('pass'), tooltip: t('Only What Succeeded') },
  ];
  const quickPick = vscode.window.createQuickPick<Item>();
  quickPick.placeholder = t('Words of function, error, request id, event, answer or log');
  quickPick.buttons = buttons;
  let status: Status | undefined;
  let under = new AbortController();
  let timer: NodeJS.Timeout | undefined;

  const titled = (): void => {
    const what = name === undefined ? t('Search History') : t('Search History of {0}', name);
    const only = buttons.find(button => button.status === status)?.tooltip;
    quickPick.title = only === undefined ? what : `${what}: ${only}`;
  };

  async function search(): Promise<void> {
    under.abort();
    under = new AbortController();
    const { signal } = under;
    quickPick.busy = true;
    try {
      const query = { functionName: name, search: quickPick.value.trim() || undefined, status };
      const found: InvocationSummary[] = [];
      for await (const page of historyPages(client, query, SHOWN, signal)) found.push(...page);
      if (signal.aborted) return;
      quickPick.items =
        found.length === 0 ? [{ label: t('No invocation fits.'), alwaysShow: true }] : found.map(itemOf);
      quickPick.busy = false;
    } catch (error) {
      if (isAbort(error) || signal.aborted) return;
      quickPick.busy = false;
      quickPick.items = [{ label: `$(error) ${messageOf(error)}`, alwaysShow: true }];
    }
  }

  return new Promise(resolve => {
    quickPick.onDidChangeValue(() => {
      clearTimeout(timer);
      timer = setTimeout(() => void search(), TYPING_MS);
    });
    quickPick.onDidTriggerButton(pressed => {
      const button = buttons.find(one => one === pressed);
      // Pressed again, it is off.
      status = button?.status === status ? undefined : button?.status;
      titled();
      void search();
    });
    quickPick.onDidAccept(() => {
      const invocation = quickPick.selectedItems[0]?.invocation;
      if (invocation === undefined) return;
      resolve(invocation);
      quickPick.hide();
    });
    quickPick.onDidHide(() => {
      clearTimeout(timer);
      under.abort();
      quickPick.dispose();
      resolve(undefined);
    });
    titled();
    quickPick.show();
    void search();
  });
}

function itemOf(invocation: InvocationSummary): Item {
  const { description = '', icon } = invocationRow(invocation);
  const { errorMessage } = invocation;
  return {
    label: `${icon === undefined ? '' : `$(${icon.id}) `}${invocation.functionName}`,
    description: `${shownDate(invocation.startedAt)} · ${description}`,
    detail: [invocation.requestId, ...(errorMessage === undefined ? [] : [errorMessage.split('\n')[0]])].join(
      ' · ',
    ),
    // The host has searched more than is shown here.
    alwaysShow: true,
    invocation,
  };
}
