/** Finds the host that runs on a state folder. */
import type { HostInfo } from '../protocol/hostInfo.ts';
import { AwsCallError, HostGoneError } from './callError.ts';
import { status } from './controlCalls.ts';
import { HostClient } from './hostClient.ts';
import { readHostFile } from './hostFile.ts';
import { isAlive } from './processIdentity.ts';

/** A host answers its status in a few milliseconds; a busy machine may take its time. */
const ANSWER_MS = 5_000;

/**
 * The host that runs on this state folder, or undefined. A `host.json` that outlived its host is ignored: the pid must
 * be alive, and the endpoint must answer a call signed with the file's keys as that pid. One that is stopping runs no more.
 * Rejects when the process lives but does not answer within 5 s (it is stopped or hangs), with what to do.
 */
export async function findHost(stateDir: string, signal?: AbortSignal): Promise<HostInfo | undefined> {
  const info = await readHostFile(stateDir);
  if (info === undefined || !isAlive(info.pid)) return undefined;
  const client = new HostClient(info);
  const limit = AbortSignal.timeout(ANSWER_MS);
  try {
    const answer = await status(client, signal === undefined ? limit : AbortSignal.any([limit, signal]));
    return answer.pid === info.pid && answer.stopping !== true ? info : undefined;
  } catch (error) {
    signal?.throwIfAborted();
    if (limit.aborted) {
      throw new Error(
        `The Lamplight host with pid ${info.pid} does not answer at ${info.endpoint}. End that process and try again.`,
        { cause: error },
      );
    }
    // The port went to someone else, who knows neither our keys nor our calls.
    if (error instanceof HostGoneError || error instanceof AwsCallError || error instanceof SyntaxError)
      return undefined;
    throw error;
  } finally {
    client.close();
  }
}
