import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { statePathOf } from '../../../src/client/stateFolder.ts';
import { type FakeHost, startFakeHost } from '../client/fakeHost.ts';
import { lamplight, type Run } from './terminal.ts';

describe('commands that talk to a host', () => {
  let root: string;
  let workspace: string;
  let env: NodeJS.ProcessEnv;
  let fake: FakeHost | undefined;

  beforeEach(async () => {
    root = await realpath(await mkdtemp(path.join(os.tmpdir(), 'lamplight-cli-')));
    workspace = path.join(root, 'orders');
    await mkdir(path.join(workspace, 'src'), { recursive: true });
    env = { ...process.env, XDG_DATA_HOME: path.join(root, 'data') };
  });
  afterEach(async () => {
    await fake?.close();
    fake = undefined;
    await rm(root, { recursive: true, force: true });
  });

  const stateDir = (): string =>
    statePathOf(workspace, { platform: process.platform, env, home: os.homedir() });
  async function startFake(): Promise<FakeHost> {
    await mkdir(stateDir(), { recursive: true });
    return (fake = await startFakeHost(stateDir()));
  }
  const inFolder = (folder: string, ...argv: string[]): Promise<Run> => lamplight(argv, { cwd: folder, env });
  const run = (...argv: string[]): Promise<Run> => inFolder(workspace, ...argv);
  const INVOKE = 'POST /2015-03-31/functions/f/invocations';

  it('say how to start a host where none runs', async () => {
    for (const command of ['list', 'env', 'logs f', 'invoke f']) {
      const { code, err } = await run(...command.split(' '));
      assert.equal(code, command === 'invoke f' ? 2 : 1, command);
      assert.match(
        err,
        /No Lamplight host runs for .*orders or a folder above it\. Start one with: lamplight start \.\n/,
      );
    }
    const { err } = await run('list', '--state', 'elsewhere');
    assert.match(err, /No Lamplight host runs on the state folder elsewhere\./);
  });

  it('find the host from a folder inside the workspace, and by --state from anywhere', async () => {
    const host = await startFake();
    host.answers.set('GET /lamplight/functions', { status: 200, body: '{"Functions":[]}' });
    assert.equal((await inFolder(path.join(workspace, 'src'), 'list')).code, 0);
    assert.equal((await inFolder(root, 'list')).code, 1);
    assert.equal((await inFolder(root, 'list', '--state', path.relative(root, stateDir()))).code, 0);
  });

  it('look further when the one that host.json names is another program', async () => {
    const outer = await startFake();
    outer.answers.set('GET /lamplight/functions', { status: 200, body: '{"Functions":[]}' });
    const inner = statePathOf(path.join(workspace, 'src'), {
      platform: process.platform,
      env,
      home: os.homedir(),
    });
    await mkdir(inner, { recursive: true });
    const stranger = await startFakeHost(inner, { answerPid: 1 });
    try {
      for (const answer of [
        { status: 403, headers: { 'x-amzn-errortype': 'InvalidClientTokenId' }, body: '{"message":"no"}' },
        { status: 404, body: '<html>not here</html>' },
        { status: 200, body: '<html>welcome</html>' },
      ]) {
        stranger.answers.set('GET /lamplight/functions', answer);
        const { code, err } = await inFolder(path.join(workspace, 'src'), 'list');
        assert.deepEqual([code, err], [0, 'The host has no functions.\n']);
      }
    } finally {
      await stranger.close();
    }
  });

  it('invoke once, whatever becomes of the host meanwhile', async () => {
    const outer = await startFake();
    outer.answers.set(INVOKE, { status: 200, body: '1' });
    const folder = path.join(workspace, 'src');
    const inner = statePathOf(folder, { platform: process.platform, env, home: os.homedir() });
    await mkdir(inner, { recursive: true });
    const invocations = (host: FakeHost): number =>
      host.requests.filter(({ method, url }) => `${method} ${url}`.startsWith(INVOKE)).length;
    const host = await startFakeHost(inner, { answerPid: 1 });
    try {
      host.answers.set(INVOKE, 'gone');
      const { code, err } = await inFolder(folder, 'invoke', 'f');
      assert.equal(code, 2);
      assert.match(err, /went away during the call/);
      assert.deepEqual([invocations(host), invocations(outer)], [1, 0]);

      host.answers.set(INVOKE, {
        status: 200,
        headers: {
          'x-amzn-requestid': 'r',
          'x-amz-log-result': Buffer.from('x'.repeat(4096)).toString('base64'),
        },
        body: '"done"',
      });
      host.answers.set('GET /lamplight/invocations/r', 'gone');
      const { out, err: log } = await inFolder(folder, 'invoke', 'f');
      assert.deepEqual([out, log.trim()], ['"done"\n', 'x'.repeat(4096)]);
      assert.deepEqual([invocations(host), invocations(outer)], [2, 0]);
    } finally {
      await host.close();
    }
    // Nobody takes the connection any more, so nothing can have run there.
    await writeFile(path.join(inner, 'host.json'), JSON.stringify(host.info), { mode: 0o600 });
    assert.equal((await inFolder(folder, 'invoke', 'f')).out, '1\n');
    assert.equal(invocations(outer), 1);
  });

  it('drive the clock and say what was done', async () => {
    const host = await startFake();
    const at = Date.UTC(2026, 10, 22, 12);
    const status = { serviceTime: at + 90_000, wallTime: at, speed: 1, frozen: true, waiting: 1 };
    const next = { at: at + 120_000, what: 'retry 2 of f' };
    const done = [{ at: at + 60_000, what: 'retry 1 of f' }];
    host.answers.set('POST /lamplight/clock/advance', {
      status: 200,
      body: JSON.stringify({ ...status, next, done }),
    });
    const { out } = await run('clock', 'advance', '1m30s');
    assert.equal(
      out,
      '2026-11-22T12:01:00.000Z  retry 1 of f\n' +
        '2026-11-22T12:01:30.000Z  frozen, 1m30s ahead of the machine\n' +
        'Next in 30s: retry 2 of f\n',
    );
    assert.equal(host.requests.at(-1)?.body, '{"duration":"1m30s"}');
    host.answers.set('GET /lamplight/clock', {
      status: 200,
      body: JSON.stringify({ ...status, serviceTime: at, speed: 60, frozen: false }),
    });
    assert.equal(
      (await run('clock')).out,
      '2026-11-22T12:00:00.000Z  runs 60 times as fast\nNothing waits for it.\n',
    );
    assert.deepEqual(JSON.parse((await run('clock', 'status', '--json')).out), {
      ...status,
      serviceTime: at,
      speed: 60,
      frozen: false,
    });
    const before = host.requests.length;
    for (const [argv, message] of [
      ['advance', /takes a duration such as 61s, 10m, 5m30s, 2h or 1d, at most 366d\./],
      ['advance soon', /, not soon\./],
      ['advance 0s', /, not 0s\./],
      ['advance 400d', /, not 400d\./],
      ['speed', /takes a number from 1 to 1000\./],
      ['speed fast', /, not fast\./],
      ['speed 0.5', /, not 0\.5\./],
      ['speed 1001', /, not 1001\./],
      ['freeze now', /clock freeze takes nothing more, and was given now\./],
      ['rewind', /clock rewind: it takes status, speed N, freeze, resume, advance DURATION or next\./],
    ] as const) {
      const { code, err } = await run('clock', ...argv.split(' '));
      assert.equal(code, 2, argv);
      assert.match(err, message);
    }
    assert.equal(host.requests.length, before);
  });

  it('show metrics', async () => {
    const host = await startFake();
    const points = [
      { at: 0, sum: 3, samples: 3, minimum: 1, maximum: 1 },
      { at: 60_000, sum: 3, samples: 2, minimum: 1, maximum: 2 },
    ];
    host.answers.set('GET /lamplight/metrics', {
      status: 200,
      body: JSON.stringify({ Series: [{ metric: 'Invocations', unit: 'Count', functionName: 'f', points }] }),
    });
    assert.equal(
      (await run('metrics', 'f', '--period', '1m')).out,
      'Invocations  Sum  Average  Minimum  Maximum  Samples\n' +
        '  1970-01-01T00:00:00.000Z  3  1    1  1  3\n' +
        '  1970-01-01T00:01:00.000Z  3  1.5  1  2  2\n',
    );
    assert.equal(host.requests.at(-1)?.url, '/lamplight/metrics?FunctionName=f&Period=60');
    const [series] = JSON.parse((await run('metrics', '--json')).out) as { points: object[] }[];
    assert.equal(series?.points.length, 2);
    for (const [argv, message] of [
      ['--period 1.5s', /--period is whole seconds such as 1s, 60s or 5m, not 1\.5s/],
      ['--since yesterday', /--since is a duration such as 10m or 1d, not yesterday/],
      ['--metric Errands', /There is no metric Errands/],
      ['--qualifier live', /--qualifier needs the function's name/],
    ] as const) {
      const { code, err } = await run('metrics', ...argv.split(' '));
      assert.equal(code, 2, argv);
      assert.match(err, message);
    }
  });

  it('list functions with what their aliases stand for', async () => {
    const host = await startFake();
    const one = { packageType: 'Zip', state: 'Active' };
    host.answers.set('GET /lamplight/functions', {
      status: 200,
      body: JSON.stringify({
        Functions: [
          { ...one, name: 'img', packageType: 'Image', state: 'Pending' },
          {
            ...one,
            name: 'place-order',
            runtime: 'nodejs24.x',
            handler: 'a.handler',
            aliases: [
              { name: 'beta', version: '$LATEST', description: '' },
              { name: 'live', version: '3', additional: { version: '4', weight: 0.125 }, description: '' },
            ],
          },
        ],
      }),
    });
    const { out } = await run('list');
    assert.equal(
      out,
      'img          Image                  Pending\nplace-order  nodejs24.x  a.handler           beta → $LATEST, live → 3 and 12.5 % → 4\n',
    );
  });

  it("list Lambda's own configurations over all pages", async () => {
    const host = await startFake();
    host.answers.set('GET /2015-03-31/functions', {
      status: 200,
      body: JSON.stringify({
        Functions: [{ FunctionName: 'place-order' }, { FunctionName: 'img' }],
        NextMarker: null,
      }),
    });
    const json = JSON.parse((await run('list', '--json')).out) as { FunctionName: string }[];
    assert.deepEqual(
      json.map(each => each.FunctionName),
      ['place-order', 'img'],
    );
  });

  it('invoke with the answer on stdout and the log on stderr', async () => {
    const host = await startFake();
    host.answers.set(INVOKE, {
      status: 200,
      headers: { 'x-amz-log-result': Buffer.from('START\nREPORT').toString('base64') },
      body: '{"ok":true}',
    });
    const event = path.join(root, 'event.json');
    await writeFile(event, '\uFEFF{"id":1}');
    const { code, out, err } = await run('invoke', 'f', '--event', event, '--qualifier', 'live');
    assert.deepEqual({ code, out, err }, { code: 0, out: '{"ok":true}\n', err: 'START\nREPORT\n' });
    const request = host.requests.at(-1);
    assert.equal(request?.body, '{"id":1}');
    assert.match(request.url, /\?Qualifier=live$/);
  });

  it('invoke with the whole log where the tail was cut', async () => {
    const host = await startFake();
    host.answers.set(INVOKE, {
      status: 200,
      headers: {
        'x-amz-log-result': Buffer.from('x'.repeat(4096)).toString('base64'),
        'x-amzn-requestid': 'r-1',
      },
      body: 'null',
    });
    host.answers.set('GET /lamplight/invocations/r-1', { status: 200, body: '{"log":"all of it\\n"}' });
    assert.equal((await run('invoke', 'f')).err, 'all of it\n');
  });

  it('invoke as JSON, exit code 1 for a function error', async () => {
    const host = await startFake();
    host.answers.set(INVOKE, {
      status: 200,
      headers: {
        'x-amz-function-error': 'Unhandled',
        'x-amzn-requestid': 'r-1',
        'x-amz-executed-version': '$LATEST',
      },
      body: '{"errorMessage":"no"}',
    });
    const { code, out, err } = await run('invoke', 'f', '--json');
    assert.equal(code, 1);
    assert.equal(err, '');
    assert.deepEqual(JSON.parse(out), {
      statusCode: 200,
      requestId: 'r-1',
      executedVersion: '$LATEST',
      functionError: 'Unhandled',
      payload: { errorMessage: 'no' },
    });
  });

  it('invoke without waiting, and as a try', async () => {
    const host = await startFake();
    host.answers.set(INVOKE, { status: 202, headers: { 'x-amzn-requestid': 'r-9' } });
    assert.deepEqual(await run('invoke', 'f', '--type', 'Event'), {
      code: 0,
      out: '',
      err: 'f was queued, request id r-9\n',
    });
    assert.equal(host.requests.at(-1)?.headers['x-amz-invocation-type'], 'Event');
    host.answers.set(INVOKE, { status: 204 });
    assert.deepEqual(await run('invoke', 'f', '--type', 'DryRun'), {
      code: 0,
      out: '',
      err: 'f can be invoked\n',
    });
  });

  it('exit with 2 whenever nothing was invoked', async () => {
    const host = await startFake();
    host.answers.set(INVOKE, {
      status: 404,
      headers: { 'x-amzn-errortype': 'ResourceNotFoundException' },
      body: '{"Message":"Function not found: f"}',
    });
    host.answers.set('GET /lamplight/functions', {
      status: 200,
      body: '{"Functions":[{"name":"orders"},{"name":"prices","owner":{"logicalId":"PriceFunction"}}]}',
    });
    host.answers.set('POST /2015-03-31/functions/PriceFunction/invocations', {
      status: 404,
      headers: { 'x-amzn-errortype': 'ResourceNotFoundException' },
      body: '{"Message":"Function not found: PriceFunction"}',
    });
    assert.match(
      (await run('invoke', 'PriceFunction')).err,
      /Function not found: PriceFunction\nPriceFunction is the logical id of prices\n$/,
    );
    assert.deepEqual(await run('invoke', 'f'), {
      code: 2,
      out: '',
      err: 'lamplight invoke: ResourceNotFoundException: Function not found: f\nThere are: orders, prices\n',
    });
    await writeFile(path.join(workspace, 'bad.json'), '{"a":');
    await writeFile(path.join(workspace, 'latin.json'), Buffer.from([0x22, 0xe9, 0x22]));
    for (const [event, message] of [
      ['missing.json', /There is no event file missing\.json\./],
      ['bad.json', /The event file bad\.json is not JSON: /],
      ['{"a":', /The event of --event is not JSON: /],
      ['latin.json', /The event file latin\.json is not UTF-8\./],
      ['-', /The event on standard input is empty; an event is JSON/],
      ['src', /The event file src can't be read: EISDIR/],
      ['sample:no/such', /There is no sample event "no\/such"\. "lamplight events" lists them all/],
    ] as const) {
      const { code, err } = await run('invoke', 'f', '--event', event);
      assert.equal(code, 2, event);
      assert.match(err, message);
    }
  });

  it('invoke with an event of the catalogue', async () => {
    const host = await startFake();
    host.answers.set(INVOKE, { status: 200, body: 'null' });
    assert.equal((await run('invoke', 'f', '--event', 'sample:sqs/standard')).code, 0);
    const body = host.requests.at(-1)?.body ?? '';
    assert.equal((await run('events', 'sqs/standard')).out, `${body}\n`);
    assert.match(body, /"eventSource": "aws:sqs"/);
  });

  it('list the catalogue and set parameters of its events', async () => {
    const { out } = await run('events');
    assert.ok(out.split('\n').length > 60);
    assert.match(out, /^sqs\/standard$/m);
    const { out: event } = await run('events', 's3/put', '--set', 'bucket=my-bucket');
    assert.match(event, /"name": "my-bucket"/);
    const { code, err } = await run('events', 's3/put', '--set', 'colour=red');
    assert.equal(code, 1);
    assert.match(err, /The sample event "s3\/put" has no parameter "colour"; it has /);
    assert.equal((await run('events', 's3/put', '--set', 'bucket')).code, 2);
  });

  it('print logs, and an error for an unknown function', async () => {
    const host = await startFake();
    host.answers.set('GET /lamplight/functions', { status: 200, body: '{"Functions":[{"name":"orders"}]}' });
    const record = (text: string): string =>
      JSON.stringify({ functionName: 'f', time: 1, kind: 'function', text });
    host.answers.set('GET /lamplight/logs/f', {
      status: 200,
      body: `{"Records":[${record('one\n')},${record('two')}]}`,
    });
    assert.equal((await run('logs', 'f')).out, 'one\ntwo\n');
    host.answers.set('GET /lamplight/logs/g', { status: 200, body: '{"Records":[]}' });
    host.answers.set('GET /2015-03-31/functions/g/configuration', {
      status: 404,
      headers: { 'x-amzn-errortype': 'ResourceNotFoundException' },
      body: '{"Message":"Function not found: g"}',
    });
    assert.deepEqual(await run('logs', 'g'), {
      code: 1,
      out: '',
      err: 'lamplight logs: ResourceNotFoundException: Function not found: g\nThere are: orders\n',
    });
  });

  it('stop nothing where nothing runs', async () => {
    assert.deepEqual(await run('stop'), { code: 0, out: '', err: 'No Lamplight host runs here.\n' });
  });

  it('refuse to start on a state that is in use', async () => {
    const host = await startFake();
    const { code, err } = await inFolder(root, 'start', workspace);
    assert.equal(code, 1);
    assert.ok(err.includes(`already runs on this state (pid ${host.info.pid}, ${host.info.endpoint}).`), err);
  });
});
