/** `lamplight history` */
import { invocations } from '../client/controlCalls.ts';
import type { HostClient } from '../client/hostClient.ts';
import { markText } from '../protocol/faults.ts';
import type { InvocationSummary } from '../protocol/model.ts';
import { type Command, stateFlag, UsageError } from './command.ts';
import { withHost } from './locateHost.ts';
import { table } from './table.ts';

/** What one call asks for. */
const PAGE = 500;

export const history: Command = {
  name: 'history',
  operands: '',
  operandCount: { least: 0, most: 0 },
  summary: 'lists the invocations that have ended, the newest first',
  details:
    'All attempts at an asynchronous event have its request id. Times are service time (lamplight clock). The newest 10,000 are kept.',
  flags: {
    ...stateFlag,
    function: { value: 'NAME', help: 'of this function only' },
    limit: { value: 'N', help: 'so many at most (default: all)' },
    json: { help: 'prints one JSON object a line' },
  },
  async run(args, context) {
    const functionName = args.text('function');
    const limit = limitOf(args.text('limit'));
    let found = 0;
    await withHost(args, context, async client => {
      for await (const page of pages(client, functionName, limit)) {
        found += page.length;
        context.out(
          args.has('json')
            ? page.map(one => `${JSON.stringify(jsonOf(one))}\n`).join('')
            : table(page.map(rowOf)),
        );
      }
    });
    if (found === 0 && !args.has('json'))
      context.err(
        `Nothing was invoked${functionName === undefined ? '' : ` under the name ${functionName}`}.\n`,
      );
    return 0;
  },
};

function limitOf(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (!/^\d+$/.test(text) || Number(text) === 0)
    throw new UsageError(`--limit is a number from 1, not ${text}.`);
  return Number(text);
}

async function* pages(
  client: HostClient,
  functionName: string | undefined,
  limit: number,
): AsyncGenerator<readonly InvocationSummary[]> {
  let before: InvocationSummary | undefined;
  for (let left = limit; left > 0;) {
    const maxItems = Math.min(PAGE, left);
    const page = await invocations(client, {
      maxItems,
      ...(functionName === undefined ? {} : { functionName }),
      ...(before === undefined ? {} : { before }),
    });
    if (page.length > 0) yield page;
    if (page.length < maxItems) return;
    left -= page.length;
    before = page.at(-1);
  }
}

function jsonOf(one: InvocationSummary): Readonly<Record<string, unknown>> {
  const { functionName, startedAt, report, ...rest } = one;
  return { ...rest, function: functionName, startedAt: new Date(startedAt).toISOString(), ...report };
}

function rowOf(one: InvocationSummary): string[] {
  const { functionName, version, attempt, cause, status, errorType, fault, report } = one;
  return [
    new Date(one.startedAt).toISOString(),
    one.requestId,
    version === '$LATEST' ? functionName : `${functionName}:${version}`,
    cause === undefined || cause === 'call' ? one.source : `${one.source}, attempt ${attempt} (${cause})`,
    fault === undefined ? (errorType ?? status) : `${errorType ?? status} (fault ${markText(fault)})`,
    report === undefined ? '' : `${report.durationMs} ms`,
  ];
}
