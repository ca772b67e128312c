/** Warm invocations with an extension that gets all telemetry, against the same extension that subscribed to nothing. */
import {
  CreateFunctionCommand,
  PublishLayerVersionCommand,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import type { TestHost } from '../../test/helpers/testHost.ts';
import { zipOf } from '../../test/helpers/zip.ts';
import { invokeCalls, throughput } from '../callers.ts';
import { trivialHandler, withHost, type Case } from '../context.ts';
import { interleaved, median } from '../measure.ts';

/** Environments of each of the two functions, and callers. */
const CALLERS = 5;

/** Registers for no event; takes what comes and forgets it. */
const EXTENSION = `#!/usr/bin/env node
const http = require('node:http');
const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const call = (method, path, headers, body, then) =>
  http.request({ hostname, port, method, path, headers }, response => {
    response.resume();
    response.on('end', () => then?.(response));
  }).end(body);
const name = { 'Lambda-Extension-Name': require('node:path').basename(__filename) };
const server = http.createServer((request, response) => {
  request.resume();
  request.on('end', () => response.end());
});
server.listen(0, '127.0.0.1', () =>
  call('POST', '/2020-01-01/extension/register', name, '{"events":[]}', ({ headers }) => {
    const id = { 'Lambda-Extension-Identifier': headers['lambda-extension-identifier'] };
    const next = () => call('GET', '/2020-01-01/extension/event/next', id);
    if (process.env.TELEMETRY !== 'on') return next();
    const URI = 'http://sandbox.localdomain:' + server.address().port;
    const subscription = { schemaVersion: '2022-12-13', types: ['platform', 'function', 'extension'], destination: { protocol: 'HTTP', URI } };
    call('PUT', '/2022-07-01/telemetry', id, JSON.stringify(subscription), next);
  }),
);
`;

export const telemetry: Case = {
  name: 'telemetry',
  what: `warm invocations with and without a subscriber to telemetry, ${CALLERS} callers`,
  group: 'usual',
  run: ({ effort }) =>
    withHost({ args: ['--max-environments', String(2 * CALLERS)] }, async host => {
      await createFunctions(host);
      const rate = (name: string) => () => throughput(invokeCalls(host.ready, name, 2_000), CALLERS);
      await rate('on')();
      await rate('off')();
      const rates = await interleaved(Math.ceil(9 * effort), { on: rate('on'), off: rate('off') });
      return [
        {
          name: `throughput with telemetry, ${CALLERS} callers`,
          value: median(rates.on),
          unit: 'req/s',
          baseline: { name: 'the same extension, not subscribed', value: median(rates.off) },
          target: { of: 'ratio', is: 'at least', limit: 0.9 },
        },
      ];
    }),
};

async function createFunctions({ client }: TestHost): Promise<void> {
  const { LayerVersionArn = '' } = await client.send(
    new PublishLayerVersionCommand({
      LayerName: 'collector',
      Content: { ZipFile: await zipOf({ 'extensions/collector': { text: EXTENSION, mode: 0o755 } }) },
    }),
  );
  for (const name of ['on', 'off']) {
    await client.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::000000000000:role/bench',
        Timeout: 10,
        Layers: [LayerVersionArn],
        Environment: { Variables: { TELEMETRY: name } },
        Code: { ZipFile: await zipOf({ 'index.js': trivialHandler }) },
      }),
    );
    const wait = { client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.05 };
    await waitUntilFunctionActiveV2(wait, { FunctionName: name });
  }
}
