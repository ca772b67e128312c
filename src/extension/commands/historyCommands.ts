import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { commands } from '../contributions.ts';
import { searchHistory } from '../history/historySearch.ts';
import { t } from '../localize.ts';
import { attemptOf } from '../project/attemptKey.ts';
import { replayLast, replayOne } from '../replay/replayInvocations.ts';
import { remembered } from '../result/results.ts';
import { keyOf, uriOf } from './commandArguments.ts';
import { projectIn } from './pickers.ts';
import type { CommandTable } from './table.ts';

/** How many invocations are replayed where nobody says how many. */
const USUAL = 10;
const MOST = 1_000;

/** Commands on what has been invoked: search, and run it again on the code of now. */
export function historyCommands(app: App) {
  return {
    [commands.historySearch]: async argument => {
      const project = projectIn(argument) ?? (await app.pickers.project());
      if (project !== undefined) await searchHistory(project, nameIn(argument), app.results);
    },
    [commands.invocationReplay]: async argument => {
      const key = keyOf(argument);
      const uri = uriOf(argument) ?? vscode.window.activeTextEditor?.document.uri;
      if (key === undefined) {
        const result = uri && app.results.get(uri);
        if (result?.state.kind !== 'finished')
          throw new Error(t('Open a result, or choose one of a function’s recent invocations.'));
        const { requestId, attempt } = result.state.record;
        await replayOne(result.target, { requestId, attempt }, app.results);
        return;
      }
      const target = await app.pickers.target(argument);
      if (target === undefined) return;
      // Where the host has forgotten it, this says so.
      await remembered(target, key);
      await replayOne(target, attemptOf(key), app.results);
    },
    [commands.functionReplayLast]: async argument => {
      const target = await app.pickers.target(argument);
      const count = target && (await askCount(target.name));
      if (target !== undefined && count !== undefined) await replayLast(target, count);
    },
  } satisfies CommandTable;
}

/** The function of an element of the tree. */
const nameIn = (argument: unknown): string | undefined =>
  typeof argument === 'object' && argument !== null && 'name' in argument && typeof argument.name === 'string'
    ? argument.name
    : undefined;

async function askCount(name: string): Promise<number | undefined> {
  const answer = await vscode.window.showInputBox({
    title: t('Replay Last Invocations of {0}', name),
    prompt: t('How many run again on the code of now, to compare the answers'),
    value: String(USUAL),
    validateInput: text =>
      /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= MOST
        ? undefined
        : t('A number from 1 to {0}', MOST),
  });
  return answer === undefined ? undefined : Number(answer);
}
