/** Runs events of the history again on the code of now, and shows where the answers differ. */
import * as vscode from 'vscode';
import { lastInvocations, replayAll } from '../../client/history.ts';
import type { ReplayOf, ReplayOutcome } from '../../client/history.ts';
import type { Verdict } from '../../protocol/replay.ts';
import { withProgress } from '../cancellation.ts';
import { markSentence, replayFaultWords } from '../faults/faultWords.ts';
import { t } from '../localize.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import type { Results } from '../result/results.ts';
import { clock } from '../views/format.ts';
import { answerUri } from './answerDocuments.ts';

/** More answers than these are not put into one editor. */
const MOST_AT_ONCE = 100;

interface Replay {
  readonly item: ReplayOf;
  readonly outcome: ReplayOutcome;
}

/** What has ended, of so many; fewer where the user cancelled it. */
interface Run {
  readonly replays: readonly Replay[];
  readonly all: number;
  readonly cancelled: boolean;
}

type Replayed = Extract<ReplayOutcome, { kind: 'replayed' }>;

/** One invocation again. */
export async function replayOne(target: FunctionTarget, of: ReplayOf, results: Results): Promise<void> {
  const ran = await run(target, () => Promise.resolve([of]));
  const outcome = ran?.replays[0]?.outcome;
  if (outcome === undefined) return;
  if (outcome.kind === 'not-run') throw new Error(notRun(outcome));
  if (outcome.comparison.verdict !== 'same') {
    await openDiff(target, outcome);
    return;
  }
  const show = t('Show Result');
  const { then, now } = outcome.replayed;
  const chosen = await vscode.window.showInformationMessage(
    t('{0} answers as it did at {1}.', target.name, clock(then.startedAt)),
    show,
  );
  if (chosen === show) await results.show(await results.open(target, now.requestId));
}

/** The function's last `count` invocations again; says how many differ and opens those, also where it was cancelled. */
export async function replayLast(target: FunctionTarget, count: number): Promise<void> {
  const ran = await run(target, async signal => {
    const { client } = await target.project.connection.ensure();
    return lastInvocations(client, target.name, count, signal);
  });
  if (ran === undefined) return;
  const { replays } = ran;
  if (ran.all === 0) {
    void vscode.window.showInformationMessage(t('{0} has not been invoked yet.', target.name));
    return;
  }
  const different = replays.flatMap(({ outcome }) =>
    outcome.kind === 'replayed' && outcome.comparison.verdict !== 'same' ? [outcome] : [],
  );
  if (different.length > 0) await openAll(target, different);
  const failed = replays.some(({ outcome }) => outcome.kind === 'not-run');
  const list = t('Show List');
  const text =
    different.length > MOST_AT_ONCE
      ? `${summary(target, ran)} ${t('The first {0} that differ are open; the list has all.', MOST_AT_ONCE)}`
      : summary(target, ran);
  const tell = failed ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  if ((await tell(text, list)) === list) await choose(target, replays);
}

/** Undefined where the user cancelled it before anything began: what has begun goes on, as on Lambda. */
async function run(
  target: FunctionTarget,
  items: (signal: AbortSignal) => Promise<readonly ReplayOf[]>,
): Promise<Run | undefined> {
  const { project, name } = target;
  return withProgress(t('Replaying {0}', name), async (signal, report) => {
    // What runs is what the editor shows.
    if (!(await project.settle(signal)))
      throw new Error(t('A changed file could not be saved, so its code would not have run.'));
    const all = await items(signal);
    let done = 0;
    report(t('{0} of {1}', done, all.length));
    const replays = await replayAll((await project.connection.ensure()).client, all, {
      signal,
      done: () => report(t('{0} of {1}', ++done, all.length)),
    });
    return { replays, all: all.length, cancelled: signal.aborted };
  });
}

function summary({ name }: FunctionTarget, { replays, all, cancelled }: Run): string {
  const count = (wanted: string): number => replays.filter(replay => kindOf(replay) === wanted).length;
  const same = count('same');
  if (same === replays.length && !cancelled)
    return same === 1
      ? t('The answer of {0} is the same.', name)
      : t('All {0} answers of {1} are the same.', same, name);
  const parts = [
    t('{0} the same', same),
    ...(['differs', 'fails-now', 'works-now', 'not-run'] as const).flatMap(kind =>
      count(kind) === 0 ? [] : [`${count(kind)} ${words(kind)}`],
    ),
  ];
  const made = replays.filter(replay => faultsOf(replay) !== '').length;
  if (made > 0) parts.push(made === 1 ? t('1 by a fault rule') : t('{0} by fault rules', made));
  if (cancelled)
    return t(
      'Cancelled: {0} of {1} invocations of {2} replayed, {3}.',
      replays.length,
      all,
      name,
      parts.join(', '),
    );
  return t('{0} invocations of {1} replayed: {2}.', replays.length, name, parts.join(', '));
}

/** The fault rules that had to do with it; empty where there was none. */
function faultsOf({ outcome }: Replay): string {
  if (outcome.kind === 'replayed') return replayFaultWords(outcome.comparison.faults);
  return outcome.fault === undefined ? '' : markSentence(outcome.fault);
}

const notRun = ({ fault, message }: Extract<ReplayOutcome, { kind: 'not-run' }>): string =>
  fault === undefined ? message : `${markSentence(fault)}. ${message}`;

const kindOf = ({ outcome }: Replay): Verdict | 'not-run' =>
  outcome.kind === 'replayed' ? outcome.comparison.verdict : 'not-run';

function words(kind: Verdict | 'not-run'): string {
  switch (kind) {
    case 'same':
      return t('the same');
    case 'differs':
      return t('with another answer');
    case 'fails-now':
      return t('worked then, fail now');
    case 'works-now':
      return t('failed then, work now');
    case 'not-run':
      return t('did not run');
  }
}

const joined = (...parts: readonly string[]): string => parts.filter(part => part !== '').join(' ');

const icons: Readonly<Record<Verdict | 'not-run', string>> = {
  same: 'pass',
  differs: 'diff-modified',
  'fails-now': 'error',
  'works-now': 'check-all',
  'not-run': 'circle-slash',
};

async function choose(target: FunctionTarget, replays: readonly Replay[]): Promise<void> {
  const chosen = await vscode.window.showQuickPick(
    replays.map(replay => {
      const { item, outcome } = replay;
      const kind = kindOf(replay);
      return {
        label: `$(${icons[kind]}) ${outcome.kind === 'replayed' ? clock(outcome.replayed.then.startedAt) : item.requestId}`,
        description: outcome.kind === 'replayed' ? joined(words(kind), faultsOf(replay)) : notRun(outcome),
        detail: item.requestId,
        outcome,
      };
    }),
    {
      title: t('Replayed Invocations of {0}', target.name),
      placeHolder: t('Choose one to compare its answers'),
      matchOnDescription: true,
      matchOnDetail: true,
    },
  );
  if (chosen?.outcome.kind === 'replayed') await openDiff(target, chosen.outcome);
}

async function openDiff(target: FunctionTarget, { replayed, comparison }: Replayed): Promise<void> {
  const { then, now } = replayed;
  await vscode.commands.executeCommand(
    'vscode.diff',
    answerUri(target, then),
    answerUri(target, now),
    t(
      '{0}: {1} ↔ now, {2}',
      target.name,
      clock(then.startedAt),
      joined(words(comparison.verdict), replayFaultWords(comparison.faults)),
    ),
  );
}

async function openAll(target: FunctionTarget, different: readonly Replayed[]): Promise<void> {
  const [only] = different;
  if (only !== undefined && different.length === 1) {
    await openDiff(target, only);
    return;
  }
  await vscode.commands.executeCommand(
    'vscode.changes',
    t('{0}: answers then ↔ now', target.name),
    different.slice(0, MOST_AT_ONCE).map(({ replayed }) => {
      const now = answerUri(target, replayed.now);
      return [now, answerUri(target, replayed.then), now];
    }),
  );
}
