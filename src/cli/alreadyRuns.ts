/** Two hosts never share a state folder. */
import { findHost } from '../client/findHost.ts';
import { CommandError } from './command.ts';

/** Throws a {@link CommandError} that names pid and endpoint where a host runs on this state. */
export async function refuseSecondHost(stateDir: string, self: string): Promise<void> {
  const running = await findHost(stateDir);
  if (running === undefined) return;
  throw new CommandError(
    `A Lamplight host already runs on this state (pid ${running.pid}, ${running.endpoint}). Use it, or stop it with: ${self} stop --state ${stateDir}`,
  );
}
