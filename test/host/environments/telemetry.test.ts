/** Extensions that subscribe to telemetry, over HTTP and TCP, external and internal: real processes. */
import assert from 'node:assert/strict';
import { createHarness, invoke, type Harness } from './environmentHarness.ts';
import { layerOf } from './extensionPrograms.ts';
import { systemClock, type Clock } from '../../../src/host/clock.ts';
import type { EnvironmentSpec } from '../../../src/host/environments/environment.ts';

/**
 * A subscriber that tells what it gets: each batch as one line, with the records of functions counted where there are many.
 * It listens before it subscribes, and holds the answer to its first batch back until the second invocation where HOLD is set.
 */
const SUBSCRIBER = `
const http = require('node:http'); const net = require('node:net');
const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const plan = JSON.parse(process.env.TELEMETRY);
const say = (what, value) => process.stdout.write(what + ' ' + JSON.stringify(value) + '\\n');
const call = (method, path, headers, body) => new Promise((resolve, reject) => {
  const request = http.request({ hostname, port, method, path, headers }, response => {
    const chunks = [];
    response.on('data', chunk => chunks.push(chunk));
    response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString() }));
  });
  request.on('error', reject);
  request.end(body);
});
const take = events => {
  const output = events.filter(event => event.type === 'function' || event.type === 'extension');
  say('batch', output.length > 100 ? [...events.filter(event => !output.includes(event)), { type: 'many', count: output.length }] : events);
};
let held; let holding = plan.hold === true;
const release = () => { holding = false; held?.(); };
const listening = new Promise(resolve => {
  const server = plan.protocol === 'TCP'
    ? net.createServer(socket => {
        let rest = '';
        socket.on('data', chunk => {
          const lines = (rest + chunk).split('\\n');
          rest = lines.pop();
          take(lines.map(line => JSON.parse(line)));
        });
      })
    : http.createServer((request, response) => {
        const chunks = [];
        request.on('data', chunk => chunks.push(chunk));
        request.on('end', () => {
          say('request', [request.method, request.url, request.headers['content-type'], request.headers.host]);
          take(JSON.parse(Buffer.concat(chunks)));
          const answer = () => response.writeHead(202).end();
          if (holding) held = answer;
          else answer();
        });
      });
  server.listen(0, '127.0.0.1', () => resolve(server.address().port));
});
const subscribe = async (name, events) => {
  const at = await listening;
  const registered = await call('POST', '/2020-01-01/extension/register', { 'Lambda-Extension-Name': name }, JSON.stringify({ events }));
  const id = { 'Lambda-Extension-Identifier': registered.headers['lambda-extension-identifier'] };
  const destination = plan.protocol === 'TCP' ? { protocol: 'TCP', port: at } : { protocol: 'HTTP', URI: 'http://sandbox.localdomain:' + at + '/events' };
  const subscribed = await call('PUT', plan.path ?? '/2022-07-01/telemetry', id, JSON.stringify({ destination, ...plan.subscription }));
  say('subscribed', [subscribed.status, subscribed.text]);
  return { id, again: () => call('PUT', '/2022-07-01/telemetry', id, JSON.stringify({ destination, ...plan.subscription })) };
};
module.exports = { subscribe, call, say, release };
`;

const EXTERNAL = `#!/usr/bin/env node
${SUBSCRIBER}
(async () => {
  const { id, again } = await subscribe(require('node:path').basename(__filename), ['INVOKE', 'SHUTDOWN']);
  for (let invocations = 0; ; invocations++) {
    const event = JSON.parse((await call('GET', '/2020-01-01/extension/event/next', id)).text);
    if (event.eventType === 'SHUTDOWN') {
      // What was sent before is there by now, and read in the next turn.
      setImmediate(() => setImmediate(() => process.exit(0)));
      return;
    }
    if (invocations === 0) { const late = await again(); say('late', [late.status, late.text]); }
    else release();
  }
})();
`;

const HANDLER = `exports.handler = async event => {
  console.log('hello');
  const line = 'x'.repeat(99) + '\\n';
  if (event.flood) for (let n = 0; n < event.flood; n++) require('node:fs').writeSync(1, line.repeat(100));
  if (event.exit !== undefined) process.exit(event.exit);
};`;

interface Sent {
  readonly time: string;
  readonly type: string;
  readonly record: Readonly<Record<string, unknown>> | string;
  readonly count?: number;
}

const everything = {
  schemaVersion: '2022-12-13',
  types: ['platform', 'function'],
  buffering: { maxItems: 1000, timeoutMs: 25 },
};

/** What is given up after a while is given up later: a machine that is busy loses nothing. */
function patientClock(): Clock {
  const clock = systemClock();
  return { ...clock, afterWall: (ms, run) => clock.afterWall(ms < 300 ? ms : ms * 10, run) };
}

describe('telemetry', () => {
  let harness: Harness;
  beforeEach(() => (harness = createHarness({ clock: patientClock() })));
  afterEach(() => harness.close());

  const collector = (plan: object): Partial<EnvironmentSpec> => ({
    layers: [layerOf(harness, { 'extensions/collector': EXTERNAL })],
    variables: { TELEMETRY: JSON.stringify({ subscription: everything, ...plan }) },
  });

  /** What the subscriber said of one thing, in order. */
  const said = (what: string): unknown[] =>
    harness.logs
      .filter(({ text }) => text.startsWith(`${what} `))
      .map(({ text }) => JSON.parse(text.slice(what.length + 1)) as unknown);

  const events = (): Sent[] => (said('batch') as Sent[][]).flat();

  const typesOf = (sent: readonly Sent[]): string[] => sent.map(({ type }) => type.replace('platform.', ''));

  const wholeLife = [
    'initStart',
    'telemetrySubscription',
    'initRuntimeDone',
    'extension',
    'initReport',
    'start',
    'function',
    'runtimeDone',
    'report',
  ];

  it('comes over HTTP, from the beginning of the init to the last report', async () => {
    const environment = await harness.start({ 'index.js': HANDLER }, collector({}));
    assert.deepEqual(said('subscribed'), [[200, '"OK"']]);
    const { requestId } = await invoke(environment, {}, { traceId: 'Root=1-1-1;Sampled=1' });
    await environment.stop('spindown');
    assert.deepEqual(typesOf(events()), wholeLife);
    const [init, , , extension, , start, output, done, report] = events().map(({ record }) => record);
    assert.deepEqual(
      { ...(init as object), runtimeVersion: '', instanceId: '' },
      {
        initializationType: 'on-demand',
        phase: 'init',
        runtimeVersion: '',
        functionName: 'orders',
        functionVersion: '$LATEST',
        instanceId: '',
        instanceMaxMemory: 512 * 1024 * 1024,
      },
    );
    assert.deepEqual(extension, { name: 'collector', state: 'Ready', events: ['INVOKE', 'SHUTDOWN'] });
    assert.deepEqual((start as { tracing: unknown }).tracing, {
      type: 'X-Amzn-Trace-Id',
      value: 'Root=1-1-1;Sampled=1',
    });
    assert.match(output as string, /Z\t[-0-9a-f]{36}\tINFO\thello\n$/);
    const { spans, metrics, ...rest } = done as { spans: { name: string }[]; metrics: object };
    assert.deepEqual(
      spans.map(({ name }) => name),
      ['responseLatency', 'responseDuration', 'runtimeOverhead'],
    );
    assert.deepEqual(Object.keys(metrics), ['durationMs', 'producedBytes']);
    assert.deepEqual(Object.keys(rest), ['requestId', 'status', 'tracing']);
    assert.equal((report as { requestId: string }).requestId, requestId);
    const [request = []] = said('request') as string[][];
    assert.deepEqual(request.slice(0, 3), ['POST', '/events', 'application/json']);
    assert.match(request[3] ?? '', /^sandbox\.localdomain:\d+$/);
    assert.deepEqual(said('late'), [
      [
        403,
        '{"errorMessage":"Telemetry API subscription is closed","errorType":"Telemetry.SubscriptionClosed"}\n',
      ],
    ]);
    assert.ok(
      harness.logs.some(
        ({ text }) => text === 'TELEMETRY\tName: collector\tState: Subscribed\tTypes: [Platform, Function]\n',
      ),
    );
  });

  it('comes over TCP, and tells of a crash', async () => {
    const environment = await harness.start({ 'index.js': HANDLER }, collector({ protocol: 'TCP' }));
    await invoke(environment, { exit: 3 });
    assert.deepEqual(typesOf(events()), wholeLife.slice(0, -1));
    const done = events().at(-1)?.record as { status: string; errorType: string };
    assert.deepEqual([done.status, done.errorType], ['error', 'Runtime.ExitError']);
    // A new subscriber: what was told after the first one's end is kept for it.
    await invoke(environment);
    await environment.stop('spindown');
    assert.deepEqual(typesOf(events()).slice(wholeLife.length - 1), [
      'report',
      'start',
      ...wholeLife.slice(0, 5),
      'function',
      'runtimeDone',
      'report',
    ]);
  });

  it('of the Logs API has what that knows', async () => {
    const environment = await harness.start(
      { 'index.js': HANDLER },
      collector({
        path: '/2020-08-15/logs',
        subscription: { ...everything, schemaVersion: '2021-03-18' },
      }),
    );
    assert.deepEqual(said('subscribed'), [[200, '"OK"']]);
    await invoke(environment, { exit: 0 });
    assert.deepEqual(typesOf(events()), [
      'logsSubscription',
      'extension',
      'start',
      'function',
      'fault',
      'runtimeDone',
    ]);
  });

  it('has records of a JSON log as objects, and those that are below the levels of the log', async () => {
    const record = { timestamp: '2026-11-22T12:00:00Z', level: 'DEBUG', message: 'hidden' };
    const environment = await harness.start(
      {
        'index.js': `exports.handler = async () => {
          require('node:fs').writeSync(1, ${JSON.stringify(`${JSON.stringify(record)}\n`)});
        };`,
      },
      { ...collector({}), logFormat: 'JSON', applicationLogLevel: 'INFO', systemLogLevel: 'WARN' },
    );
    await invoke(environment);
    await environment.stop('spindown');
    assert.deepEqual(
      harness.logs.filter(({ kind }) => kind !== 'extension'),
      [],
    );
    assert.deepEqual(typesOf(events()), wholeLife);
    assert.deepEqual(events().find(({ type }) => type === 'function')?.record, record);
  });

  it('goes to internal extensions too, before their runtime ends', async () => {
    const environment = await harness.start(
      {
        'index.mjs': `
          import subscriber from './subscriber.cjs';
          const { id } = await subscriber.subscribe('inside', ['INVOKE']);
          void (async () => { for (;;) await subscriber.call('GET', '/2020-01-01/extension/event/next', id); })();
          export const handler = async () => {};`,
        'subscriber.cjs': SUBSCRIBER,
      },
      {
        // What it says of its batches must not come in batches.
        variables: { TELEMETRY: JSON.stringify({ subscription: { ...everything, types: ['platform'] } }) },
      },
    );
    await invoke(environment);
    await environment.stop('spindown');
    assert.deepEqual(
      typesOf(events()),
      wholeLife.filter(type => type !== 'function'),
    );
  });

  it('is dropped and counted where a function floods a slow subscriber', async () => {
    const environment = await harness.start({ 'index.js': HANDLER }, collector({ hold: true }));
    // 10,000 records: one batch is held back, and one waits behind it.
    await invoke(environment, { flood: 100 });
    const lastBatch = harness.whenLogged('"type":"platform.logsDropped"');
    await invoke(environment);
    await lastBatch;
    const counts = events().map(({ count = 0 }) => count);
    const taken = counts.reduce((sum, count) => sum + count, 0);
    const dropped = events().find(({ type }) => type === 'platform.logsDropped')?.record as Record<
      string,
      unknown
    >;
    assert.equal(
      dropped['reason'],
      'Some logs were dropped because the downstream consumer is slower than the logs production rate',
    );
    const records = Number(dropped['droppedRecords']);
    assert.ok(taken > 0 && records > 5_000, `${taken} taken, ${records} dropped`);
    assert.ok(Number(dropped['droppedBytes']) > records * 100);
  });

  it('is refused where a subscription is wrong, and to who has not registered', async () => {
    const environment = await harness.start(
      { 'index.js': HANDLER },
      collector({
        subscription: {
          ...everything,
          types: [],
          destination: { protocol: 'HTTP', URI: 'http://sandbox.localdomain/' },
        },
      }),
    );
    assert.deepEqual(said('subscribed'), [
      [
        400,
        '{"errorType":"ValidationError","errorMessage":"URI port is not provided; types should not be empty"}',
      ],
    ]);
    await invoke(environment);
    assert.deepEqual(events(), []);
  });
});
