/** `lamplight replay` */
import { lastInvocations, replayAll, type ReplayOf, type ReplayOutcome } from '../client/history.ts';
import { getFunctionConfiguration } from '../client/functions.ts';
import type { HostClient } from '../client/hostClient.ts';
import { markText } from '../protocol/faults.ts';
import type { Comparison, Replayed, Verdict } from '../protocol/replay.ts';
import {
  type Arguments,
  type Command,
  CommandError,
  type Context,
  stateFlag,
  UsageError,
} from './command.ts';
import { countOf, jsonOf } from './history.ts';
import { withHost } from './locateHost.ts';
import { onStopSignal } from './stopSignals.ts';
import { unifiedDiff } from './unifiedDiff.ts';
import { withNames } from './unknownFunction.ts';

/** As of diff: nothing differs, something does, it could not be compared. */
const SAME = 0;
const DIFFERENT = 1;
const TROUBLE = 2;

/** Lines of both answers, multiplied, up to which they are compared line by line. */
const MOST_COMPARED = 4_000_000;

const words: Readonly<Record<Verdict, string>> = {
  same: 'same',
  differs: 'differs',
  'works-now': 'failed then, works now',
  'fails-now': 'worked then, fails now',
};

export const replayCommand: Command = {
  name: 'replay',
  operands: '[REQUEST_ID]',
  operandCount: { least: 0, most: 1 },
  summary: 'runs events of the history again, on the code of now, and compares the answers',
  details: [
    'Each is invoked as it was then: $LATEST is the code of now, an alias leads where it leads now. It is called and waited',
    'for, four at once, also where it was an asynchronous event. The order of keys makes no difference, nor do stacks of errors.',
    `The exit code is ${SAME} where all answers are the same, ${DIFFERENT} where some differ, ${TROUBLE} where some could not be had.`,
    'Ctrl-C ends it with what has come so far.',
  ].join('\n'),
  flags: {
    ...stateFlag,
    function: { value: 'NAME', help: 'the last invocations of this function, replays left out' },
    last: { value: 'N', help: 'so many of them' },
    attempt: { value: 'N', help: 'of the event with that request id (default: the last)' },
    qualifier: { value: 'Q', help: 'version or alias to invoke instead' },
    json: { help: 'prints one JSON object a line' },
  },
  failure: TROUBLE,
  async run(args, context) {
    const which = whichOf(args);
    const counts = new Map<Verdict | 'not-run', number>();
    const cancel = new AbortController();
    const { signal } = cancel;
    const release = onStopSignal(
      () => cancel.abort(),
      () => process.exit(TROUBLE),
    );
    let all = 0;
    await withHost(
      args,
      context,
      async client => {
        const items = 'requestId' in which ? [which] : await lastOf(client, which, signal);
        all = items.length;
        const print = (item: ReplayOf, outcome: ReplayOutcome): void => {
          const what = outcome.kind === 'replayed' ? outcome.comparison.verdict : outcome.kind;
          counts.set(what, (counts.get(what) ?? 0) + 1);
          if (args.has('json')) context.out(`${JSON.stringify(jsonLine(item, outcome))}\n`);
          else printText(item, outcome, context);
        };
        const printed = new Set<ReplayOf>();
        const done = inOrder(items, (item: ReplayOf, outcome: ReplayOutcome) => {
          printed.add(item);
          print(item, outcome);
        });
        const outcomes = await replayAll(client, items, {
          qualifier: args.text('qualifier'),
          done,
          signal,
        });
        // After one that was cancelled there may be some that had ended.
        for (const { item, outcome } of outcomes) if (!printed.has(item)) print(item, outcome);
      },
      'never',
    )
      .catch((error: unknown) => {
        if (!signal.aborted) throw error;
      })
      .finally(release);
    if (signal.aborted) context.err(`Cancelled: ${summary(counts, all)}\n`);
    else if (!args.has('json')) context.err(`${summary(counts)}\n`);
    if (signal.aborted || counts.has('not-run')) return TROUBLE;
    return [...counts.keys()].every(what => what === 'same') ? SAME : DIFFERENT;
  },
};

interface Last {
  readonly functionName: string;
  readonly count: number;
}

function whichOf(args: Arguments): ReplayOf | Last {
  const [requestId] = args.operands;
  const functionName = args.text('function');
  const count = countOf(args.text('last'), '--last');
  const attempt = countOf(args.text('attempt'), '--attempt');
  if (requestId !== undefined) {
    if (functionName !== undefined || count !== undefined)
      throw new UsageError('Give either a request id, or --function and --last.');
    return { requestId, attempt };
  }
  if (functionName === undefined || count === undefined || attempt !== undefined)
    throw new UsageError(
      'Name what is to run again: a request id of lamplight history, or --function NAME --last N.',
    );
  return { functionName, count };
}

async function lastOf(
  client: HostClient,
  { functionName, count }: Last,
  signal: AbortSignal,
): Promise<readonly ReplayOf[]> {
  const found = await lastInvocations(client, functionName, count, signal);
  if (found.length > 0) return found;
  await getFunctionConfiguration(client, functionName).catch(async (error: unknown) => {
    throw await withNames(client, functionName, error);
  });
  throw new CommandError(`${functionName} has not been invoked yet: there is nothing to replay.`);
}

/** Calls `tell` in the order of the items, whichever ends first. */
export function inOrder<T, O>(
  items: readonly T[],
  tell: (item: T, outcome: O) => void,
): (item: T, outcome: O) => void {
  const ended = new Map<T, O>();
  let next = 0;
  return (item, outcome) => {
    ended.set(item, outcome);
    for (let told = items[next]; told !== undefined; told = items[next]) {
      const its = ended.get(told);
      if (its === undefined) return;
      next++;
      tell(told, its);
    }
  };
}

function jsonLine(item: ReplayOf, outcome: ReplayOutcome): object {
  if (outcome.kind === 'not-run')
    return {
      requestId: item.requestId,
      verdict: outcome.kind,
      error: outcome.message,
      ...(outcome.fault === undefined ? {} : { fault: outcome.fault }),
    };
  const { replayed, comparison } = outcome;
  const side = ({ result, ...rest }: Replayed['then']): object => ({
    ...jsonOf(rest),
    ...(result === undefined ? {} : { answer: parsed(result) }),
  });
  return {
    requestId: item.requestId,
    verdict: comparison.verdict,
    then: side(replayed.then),
    now: side(replayed.now),
  };
}

/** An answer that is not JSON stays the text that it is. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function printText({ requestId }: ReplayOf, outcome: ReplayOutcome, context: Context): void {
  if (outcome.kind === 'not-run') {
    const by = outcome.fault === undefined ? '' : ` (fault ${markText(outcome.fault)})`;
    context.out(`${requestId}  did not run${by}: ${outcome.message}\n`);
    return;
  }
  const { then, now } = outcome.replayed;
  const { verdict, then: before, now: after, faults } = outcome.comparison;
  const startedAt = new Date(then.startedAt).toISOString();
  context.out(`${startedAt}  ${requestId}  ${then.functionName}  ${words[verdict]}${faultWords(faults)}\n`);
  if (verdict === 'same') return;
  const [from, to] = [before.split('\n'), after.split('\n')];
  context.out(`--- then ${then.requestId}\n+++ now ${now.requestId}\n`);
  context.out(
    from.length * to.length > MOST_COMPARED
      ? `${from.length} and ${to.length} lines differ: too many to be shown line by line (--json prints both)\n`
      : unifiedDiff(from, to),
  );
}

/** Whoever looks for the cause in the code must know. */
function faultWords({ then, now }: Comparison['faults']): string {
  const parts = [
    ...(then === undefined ? [] : [`then: fault ${markText(then)}`]),
    ...(now === undefined ? [] : [`now: fault ${markText(now)}`]),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

function summary(counts: ReadonlyMap<Verdict | 'not-run', number>, of?: number): string {
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const parts = [...counts].map(([what, count]) =>
    what === 'not-run' ? `${count} did not run` : `${count} ${words[what]}`,
  );
  return `${all}${of === undefined ? '' : ` of ${of}`} replayed${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
}
