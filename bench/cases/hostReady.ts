/** From the start of `lamplight start --json` to its ready line. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import { commandLine, withFolder, type Case } from '../context.ts';
import { bareNode, interleaved, median, timed } from '../measure.ts';

export const hostReady: Case = {
  name: 'ready',
  what: 'host ready',
  group: 'usual',
  run: ({ effort }) =>
    withFolder(async folder => {
      const start = (round: number): Promise<number> => timeToReady(path.join(folder, String(round)));
      // The first start writes Node's compile cache; that happens once for a version.
      await start(-1);
      const values = await interleaved(Math.ceil(9 * effort), { start, node: bareNode });
      return [
        {
          name: 'host ready',
          value: median(values.start),
          unit: 'ms',
          baseline: { name: 'node -e 0', value: median(values.node) },
          target: { of: 'value', is: 'at most', limit: 300 },
        },
      ];
    }),
};

async function timeToReady(stateDir: string): Promise<number> {
  const args = [commandLine, 'start', '--json', '--state', stateDir];
  let child: ReturnType<typeof spawn> | undefined;
  const time = await timed(async () => {
    child = spawn(process.execPath, args, {
      cwd: path.dirname(stateDir),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout!, 'data');
  });
  const ended = once(child!, 'exit');
  child!.kill('SIGTERM');
  await ended;
  return time;
}
