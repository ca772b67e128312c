import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { call, createFunction } from '../../helpers/functions.ts';
import { useTestHost } from '../../helpers/testHost.ts';
import { until } from '../../helpers/until.ts';
import { type Ended, run } from './program.ts';

const sdk = createRequire(import.meta.url).resolve('@aws-sdk/client-lambda');

interface Line {
  readonly requestId: string;
  readonly function: string;
  readonly source: string;
  readonly cause?: string;
  readonly attempt: number;
  readonly status: string;
  readonly startedAt: string;
  readonly leftBehind?: readonly string[];
  readonly parent?: string;
  readonly architecture?: string;
  readonly waitMs?: number;
  readonly initMs?: number;
  readonly durationMs?: number;
  readonly billedMs?: number;
  readonly costEstimateUsd?: number;
}

describe('lamplight history', () => {
  const host = useTestHost();
  const lamplight = (...argv: string[]): Promise<Ended> =>
    run([...argv, '--state', host().stateDir], { cwd: host().root.path });
  const history = async (...argv: string[]): Promise<Line[]> => {
    const { code, out, err } = await lamplight('history', '--json', ...argv);
    assert.deepEqual([code, err], [0, '']);
    return out
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Line);
  };

  it('says that there is nothing yet, and what it does not understand', async () => {
    assert.deepEqual(await history(), []);
    assert.equal((await lamplight('history')).err, 'Nothing was invoked.\n');
    const { code, err } = await lamplight('history', '--limit', '0');
    assert.deepEqual([code, err], [2, 'lamplight history: --limit is a number from 1, not 0.\n']);
  });

  it('has every call and every attempt at an event, the newest first, all of them or as many as are asked for', async () => {
    const { client } = host();
    await createFunction(client, 'adds', 'exports.handler = async ({ n }) => n + 1;');
    await createFunction(client, 'fails', `exports.handler = async () => { throw new TypeError('no'); };`);
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) ids.unshift((await call(client, 'adds', { n })).requestId);
    const event = await call(client, 'fails', {}, { InvocationType: 'Event', LogType: 'None' });
    await until(async () => (await history('--function', 'fails')).length === 1, {
      what: 'the first attempt',
    });
    // Both retries fall due: after 1 and after 2 minutes.
    const advanced = await lamplight('clock', 'advance', '10m');
    assert.equal(advanced.code, 0, advanced.err);

    const attempts = await history('--function', 'fails');
    assert.deepEqual(
      attempts.map(({ requestId, source, cause, attempt, status }) => [
        requestId,
        source,
        cause,
        attempt,
        status,
      ]),
      [
        [event.requestId, 'api', 'function-error', 3, 'error'],
        [event.requestId, 'api', 'function-error', 2, 'error'],
        [event.requestId, 'api', 'call', 1, 'error'],
      ],
    );
    const [last, second, first] = attempts.map(({ startedAt }) => Date.parse(startedAt));
    assert.ok(second! - first! >= 60_000 && last! - second! >= 120_000, JSON.stringify(attempts));

    const all = await history();
    assert.deepEqual(
      all.map(({ requestId }) => requestId),
      [event.requestId, event.requestId, event.requestId, ...ids],
    );
    assert.deepEqual(await history('--limit', '2'), all.slice(0, 2));
    const { out } = await lamplight('history', '--limit', '1');
    assert.match(
      out,
      new RegExp(
        `^\\S+Z  ${event.requestId}  fails  api, attempt 3 \\(function-error\\)  TypeError  [\\d.]+ ms  ~\\$0\\.0+[1-9]\\d+\n$`,
      ),
    );
  });

  it('has what an invocation left behind, which the log says once', async () => {
    const { client } = host();
    const code = 'exports.handler = async event => void (event.wait && setTimeout(() => {}, 5000));';
    await createFunction(client, 'leaves', code);
    for (const wait of [false, true, true]) await call(client, 'leaves', { wait });
    const left = (await history('--function', 'leaves')).map(({ leftBehind }) => leftBehind);
    assert.deepEqual(
      left.map(each => each?.length),
      [1, 1, undefined],
    );
    assert.match(left[0]?.[0] ?? '', /^Timeout 5 s at \/.*index\.js:1$/);
    const { out } = await lamplight('logs', 'leaves');
    assert.equal(out.match(/Still going on after the answer: Timeout 5 s at /g)?.length, 1, out);
  });

  it('has what each cost, waited and was brought about by, and finds it again', async () => {
    const { client, ready } = host();
    await createFunction(
      client,
      'inner',
      `exports.handler = async ({ fail }) => {
      if (fail) throw new RangeError('tortoise');
      console.log('the hare ran');
      return 'inner';
    };`,
      { Architectures: ['arm64'], MemorySize: 1024 },
    );
    await createFunction(
      client,
      'outer',
      `
      const { LambdaClient, InvokeCommand } = require('${sdk}');
      exports.handler = async () => {
        await new LambdaClient({ endpoint: '${ready.endpoint}' }).send(new InvokeCommand({ FunctionName: 'inner', Payload: '{}' }));
        await new LambdaClient({ endpoint: '${ready.endpoint}' }).send(new InvokeCommand({ FunctionName: 'inner', InvocationType: 'Event', Payload: '{"fail":true}' }));
        return 'outer';
      };`,
    );
    const outer = await call(client, 'outer');
    assert.equal(outer.payload, 'outer', outer.log);
    await until(async () => (await history('--function', 'inner')).length === 2, { what: 'both calls' });
    const found = await history('--function', 'inner');
    assert.deepEqual(
      found.map(({ parent }) => parent),
      [outer.requestId, outer.requestId],
    );
    for (const line of found) {
      assert.equal(line.architecture, 'arm64');
      assert.ok(Number.isInteger(line.waitMs) && line.waitMs! >= 0, JSON.stringify(line));
      const expected = 0.0000002 + (line.billedMs! / 1000) * 0.0000133334;
      assert.ok(Math.abs(line.costEstimateUsd! - expected) < 1e-10, JSON.stringify(line));
    }
    // Init is billed.
    const cold = found.find(line => line.initMs !== undefined)!;
    assert.equal(cold.billedMs, Math.ceil(cold.durationMs! + cold.initMs!));

    const ids = async (...argv: string[]): Promise<string[]> =>
      (await history(...argv)).map(({ requestId }) => requestId);
    const [failed, worked] = found.map(({ requestId }) => requestId);
    assert.deepEqual(await ids('--search', 'HARE'), [worked]);
    assert.deepEqual(await ids('--search', 'inner tortoise'), [failed]);
    assert.deepEqual(await ids('--search', 'RangeError', '--status', 'ok'), []);
    assert.deepEqual(await ids('--function', 'inner', '--status', 'failed'), [failed]);
    assert.deepEqual(await ids('--function', 'inner', '--since', '10m'), [failed, worked]);
    // Service time has gone on, and with it the retries.
    assert.equal((await lamplight('clock', 'advance', '1h')).code, 0);
    assert.deepEqual(await ids('--function', 'inner', '--since', '10m'), []);
    assert.match((await lamplight('history', '--search', 'unicorn')).err, /^No invocation fits; /);
    const { code, err } = await lamplight('history', '--since', 'noon');
    assert.deepEqual(
      [code, err],
      [2, 'lamplight history: --since is a duration like 61s, 10m, 5m30s, 2h or 1d, not noon.\n'],
    );
  });

  it('has what was throttled', async () => {
    const { client } = host();
    await createFunction(client, 'off', 'exports.handler = async () => 1;');
    await client.send(
      new PutFunctionConcurrencyCommand({ FunctionName: 'off', ReservedConcurrentExecutions: 0 }),
    );
    await assert.rejects(call(client, 'off'), { name: 'TooManyRequestsException' });
    const [line] = await history('--function', 'off', '--status', 'throttled');
    assert.equal(line?.status, 'throttled');
    assert.equal(line.costEstimateUsd, undefined);
  });
});
