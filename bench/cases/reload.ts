/** From saving a TypeScript handler to the first answer of its new code, called again and again meanwhile. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../test/helpers/until.ts';
import { Caller, invokeCalls } from '../callers.ts';
import { withHost, type Case } from '../context.ts';
import { median } from '../measure.ts';

const handler = (version: number): string => `interface Event { readonly n: number }
export const handler = async (event: Event): Promise<{ version: number }> => ({ version: ${version} + 0 * event.n });
`;

const template = `AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Resources:
  Versioned:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: versioned
      CodeUri: src/
      Handler: app.handler
      Runtime: nodejs24.x
    Metadata:
      BuildMethod: esbuild
      BuildProperties:
        EntryPoints: [app.ts]
`;

export const reload: Case = {
  name: 'reload',
  what: 'save to next invoke on new TypeScript code',
  group: 'usual',
  run: ({ effort }) =>
    withHost({ files: { 'template.yaml': template, 'src/app.ts': handler(0) } }, async host => {
      const file = path.join(host.workspace!, 'src/app.ts');
      const caller = new Caller();
      const served = async (): Promise<number | undefined> => {
        const [call] = invokeCalls(host.ready, 'versioned', 1);
        return (JSON.parse(await caller.call(call!)) as { version?: number }).version;
      };
      await until(async () => (await served()) === 0, { what: 'the first build' });
      const times: number[] = [];
      for (let version = 1; version <= Math.ceil(9 * effort); version++) {
        // A person saves, looks, and saves again; the pool of started runtimes is full then.
        await delay(1_000);
        const begun = performance.now();
        await writeFile(file, handler(version));
        await until(async () => (await served()) === version, { what: `version ${version} to serve` });
        times.push(performance.now() - begun);
      }
      caller.close();
      return [
        {
          name: 'save to next invoke on new code',
          value: median(times),
          unit: 'ms',
          target: { of: 'value', is: 'at most', limit: 200 },
        },
      ];
    }),
};
