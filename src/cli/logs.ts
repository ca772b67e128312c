/** `lamplight logs` */
import { logs as readLogs } from '../client/controlCalls.ts';
import { eventStream } from '../client/eventStream.ts';
import { getFunctionConfiguration } from '../client/functions.ts';
import type { HostClient } from '../client/hostClient.ts';
import type { LogRecord } from '../protocol/model.ts';
import { type Command, type Context, stateFlag } from './command.ts';
import { withHost } from './locateHost.ts';
import { withNames } from './unknownFunction.ts';

export const logs: Command = {
  name: 'logs',
  operands: 'NAME',
  operandCount: { least: 1, most: 1 },
  summary: "prints a function's log",
  flags: { ...stateFlag, follow: { help: 'goes on with what comes, until Ctrl-C or the end of the host' } },
  async run(args, context) {
    const [functionName = ''] = args.operands;
    await withHost(args, context, async client => {
      if (args.has('follow')) await follow(client, functionName, context);
      else print(await known(client, functionName), context);
    });
    return 0;
  },
};

/** The records so far; an unknown function is an error, not an empty log. */
async function known(client: HostClient, functionName: string): Promise<readonly LogRecord[]> {
  const records = await readLogs(client, functionName);
  if (records.length > 0) return records;
  await getFunctionConfiguration(client, functionName).catch(async (error: unknown) => {
    throw await withNames(client, functionName, error);
  });
  return records;
}

/** First the stream is open, then the past is read, so that nothing falls between the two. */
async function follow(client: HostClient, functionName: string, context: Context): Promise<void> {
  const { signal } = new AbortController();
  const printed = new Set<string>();
  let past = false;
  for await (const event of eventStream(client, { clientId: `cli-${process.pid}`, signal })) {
    if (event.type === 'snapshot' && !past) {
      past = true;
      const records = await known(client, functionName);
      for (const record of records) printed.add(identity(record));
      print(records, context);
    } else if (event.type === 'log' && event.record.functionName === functionName) {
      // What came while the past was read is in both.
      if (!printed.delete(identity(event.record))) print([event.record], context);
    } else if (event.type === 'functionDeleted' && event.name === functionName) {
      context.err(`${functionName} was deleted.\n`);
      return;
    } else if (event.type === 'stopping') {
      context.err(`The host stops: ${event.reason}.\n`);
      return;
    }
  }
}

const identity = (record: LogRecord): string => JSON.stringify(record);

function print(records: readonly LogRecord[], context: Context): void {
  for (const { text } of records) context.out(text.endsWith('\n') ? text : `${text}\n`);
}
