/** Stays with the host of a state folder, whoever starts and stops it. */
import type { HostEvent } from '../protocol/control.ts';
import type { HostInfo } from '../protocol/hostInfo.ts';
import { AwsCallError, HostGoneError } from './callError.ts';
import { eventStream } from './eventStream.ts';
import { findHost } from './findHost.ts';
import { untilSeen } from './folderWatch.ts';
import { HostClient } from './hostClient.ts';

export interface FollowOptions {
  /** Must exist. */
  readonly stateDir: string;
  /** Names this client to the host for as long as it follows. */
  readonly clientId: string;
  /**
   * A host was found and its stream is open (its snapshot is the next event), or it is gone. Whoever started it: a
   * window, a terminal; a host that comes back is followed again.
   */
  readonly onHost: (host: HostInfo | undefined) => void;
  /** After each reconnect the first event is a fresh snapshot. */
  readonly onEvent: (event: HostEvent) => void;
  readonly log: (message: string) => void;
  readonly signal: AbortSignal;
}

/** Follows until the signal is aborted, then resolves. Never rejects for what a host does. Starts none. */
export async function followHost(options: FollowOptions): Promise<void> {
  const { stateDir, signal } = options;
  // A host that said that it stops may answer for a moment longer.
  let stopping: number | undefined;
  const find = async (): Promise<HostInfo | undefined> => {
    const host = await findHost(stateDir, signal);
    return host?.pid === stopping ? undefined : host;
  };
  while (!signal.aborted) {
    try {
      const host = await untilSeen(stateDir, find, signal);
      if (await followOne(host, options)) stopping = host.pid;
    } catch (error) {
      if (isAborted(signal)) return;
      options.log(`The event stream failed: ${error instanceof Error ? error.message : String(error)}`);
      await pause(RETRY_MS, signal);
    }
  }
}

/** Before a host that refused or hung is asked again. */
const RETRY_MS = 1_000;

/** Resolves when the stream has ended: true when the host said before that it stops. */
async function followOne(host: HostInfo, options: FollowOptions): Promise<boolean> {
  const client = new HostClient(host);
  let open = false;
  let stopping = false;
  try {
    for await (const event of eventStream(client, options)) {
      if (!open) {
        open = true;
        options.onHost(host);
      }
      if (event.type === 'stopping') stopping = true;
      options.onEvent(event);
    }
  } catch (error) {
    if (error instanceof AwsCallError) throw error;
    if (!(error instanceof HostGoneError) && !options.signal.aborted) throw error;
  } finally {
    client.close();
    if (open) options.onHost(undefined);
  }
  if (!open && !options.signal.aborted) throw new Error(`${host.endpoint} closed it at once`);
  return stopping;
}

// A function, since the compiler takes an aborted signal for impossible after the loop's condition.
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
