import assert from 'node:assert/strict';
import { call, createFunction } from '../../helpers/functions.ts';
import { useTestHost } from '../../helpers/testHost.ts';
import { until } from '../../helpers/until.ts';
import { type Ended, run } from './program.ts';

interface Line {
  readonly requestId: string;
  readonly function: string;
  readonly source: string;
  readonly cause?: string;
  readonly attempt: number;
  readonly status: string;
  readonly startedAt: string;
  readonly leftBehind?: readonly string[];
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
        `^\\S+Z  ${event.requestId}  fails  api, attempt 3 \\(function-error\\)  TypeError  [\\d.]+ ms\n$`,
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
});
