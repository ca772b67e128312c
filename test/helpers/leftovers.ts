import { killAll, processesOf } from '../../scripts/test/leftovers.mjs';
import { until } from './until.ts';

/**
 * Waits until no process names `folder` in its command, working folder or environment; kills and names what is still
 * there after `ms`. It sees nothing but on Linux.
 */
export async function assertNothingRuns(folder: string, ms = 5_000): Promise<void> {
  try {
    await until(async () => (await processesOf(folder)).length === 0, {
      ms,
      every: 100,
      what: 'all processes to end',
    });
  } catch {
    const left = await processesOf(folder);
    if (left.length === 0) return;
    killAll(left);
    const rows = left.map(({ pid, command }) => `  ${pid} ${command}`).join('\n');
    throw new Error(`These processes of ${folder} were still running (and have been killed):\n${rows}`);
  }
}
