/** `lamplight invoke NAME` against a running host, from start to exit. */
import process from 'node:process';
import { commandLine, createFunction, withHost, type Case } from '../context.ts';
import { bareNode, exitOf, interleaved, median, timed } from '../measure.ts';

export const commandLineInvoke: Case = {
  name: 'cli',
  what: 'lamplight invoke',
  group: 'usual',
  run: ({ effort }) =>
    withHost({}, async host => {
      await createFunction(host, 'hello', 'exports.handler = async () => "hello";\n');
      const args = [commandLine, 'invoke', 'hello', '--state', host.stateDir];
      const invoke = (): Promise<number> => timed(() => exitOf(process.execPath, args));
      await invoke();
      const values = await interleaved(Math.ceil(11 * effort), { invoke, node: bareNode });
      return [
        {
          name: 'lamplight invoke',
          value: median(values.invoke),
          unit: 'ms',
          baseline: { name: 'node -e 0', value: median(values.node) },
          target: { of: 'ratio', is: 'at most', limit: 2.5 },
        },
      ];
    }),
};
