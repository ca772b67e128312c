/** `lamplight stop` */
import { stop as stopHost } from '../client/controlCalls.ts';
import { HostGoneError } from '../client/callError.ts';
import { eventStream } from '../client/eventStream.ts';
import { HostClient } from '../client/hostClient.ts';
import { isAlive } from '../client/processIdentity.ts';
import { type Command, CommandError, stateFlag } from './command.ts';
import { locateHost } from './locateHost.ts';

/** Every child is gone within 3 s; a machine that is busy gets some more. */
const LIMIT_MS = 10_000;

export const stop: Command = {
  name: 'stop',
  operands: '',
  operandCount: { least: 0, most: 0 },
  summary: 'stops the running host, for the command line and every window',
  flags: stateFlag,
  async run(args, context) {
    const host = await locateHost(args, context);
    if (host === undefined) {
      context.err('No Lamplight host runs here.\n');
      return 0;
    }
    const client = new HostClient(host);
    const limit = AbortSignal.timeout(LIMIT_MS);
    try {
      // The stream's end is the host's; its first event says that the stream is held.
      const stream = eventStream(client, { clientId: `cli-${process.pid}`, signal: limit });
      await stream.next();
      await stopHost(client);
      for await (const _event of stream);
      await processEnd(host.pid, limit);
    } catch (error) {
      if (limit.aborted)
        throw new CommandError(`The host with pid ${host.pid} has not stopped after ${LIMIT_MS / 1000} s.`, {
          cause: error,
        });
      // It went while we asked: that is what was wanted.
      if (!(error instanceof HostGoneError)) throw error;
    } finally {
      client.close();
    }
    context.err(`The Lamplight host at ${host.endpoint} has stopped.\n`);
    return 0;
  },
};

/** Its listener closes before its last children are gone; no system tells of the end of a process that is not a child. */
async function processEnd(pid: number, limit: AbortSignal): Promise<void> {
  while (isAlive(pid)) {
    limit.throwIfAborted();
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
