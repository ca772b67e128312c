import assert from 'node:assert/strict';
import { UpdateFunctionCodeCommand, waitUntilFunctionUpdatedV2 } from '@aws-sdk/client-lambda';
import { call, createFunction } from '../../helpers/functions.ts';
import { useTestHost } from '../../helpers/testHost.ts';
import { until } from '../../helpers/until.ts';
import { zipOf } from '../../helpers/zip.ts';
import { type Ended, run, start } from './program.ts';

interface Line {
  readonly requestId: string;
  readonly verdict: string;
  readonly error?: string;
  readonly then?: { readonly requestId: string; readonly answer: unknown };
  readonly now?: {
    readonly requestId: string;
    readonly answer: unknown;
    readonly source: string;
    readonly parent: string;
  };
}

describe('lamplight replay', () => {
  const host = useTestHost();
  const lamplight = (...argv: string[]): Promise<Ended> =>
    run([...argv, '--state', host().stateDir], { cwd: host().root.path });
  const lines = (out: string): Line[] =>
    out
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Line);

  async function deploy(name: string, source: string): Promise<void> {
    const { client } = host();
    await client.send(
      new UpdateFunctionCodeCommand({
        FunctionName: name,
        ZipFile: await zipOf({ 'index.js': source }),
      }),
    );
    await waitUntilFunctionUpdatedV2(
      { client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.05 },
      { FunctionName: name },
    );
  }

  const sums = (body: string): string => `exports.handler = async ({ n, context }, { awsRequestId }) => {
    ${body}
    return { twice: 2 * n, n, awsRequestId };
  };`;

  it('compares the last invocations with the code of now, and says so by its exit code', async () => {
    const { client } = host();
    await createFunction(client, 'sums', sums(`if (n === 2) throw new Error('not two');`));
    const ids: string[] = [];
    for (const n of [1, 2, 3, 4]) ids.push((await call(client, 'sums', { n })).requestId);

    const same = await lamplight('replay', '--function', 'sums', '--last', '10', '--json');
    assert.equal(same.code, 0, same.err);
    assert.deepEqual(
      lines(same.out).map(({ requestId, verdict }) => [requestId, verdict]),
      ids.map(id => [id, 'same']),
    );
    for (const { requestId, now } of lines(same.out)) {
      assert.deepEqual([now?.source, now?.parent], ['replay', requestId]);
      assert.notEqual(now?.requestId, requestId);
    }

    await deploy('sums', sums(`if (n === 1) throw new Error('not one'); if (n === 4) n = 5;`));
    // Replays are none of the function's own invocations.
    const other = await lamplight('replay', '--function', 'sums', '--last', '4', '--json');
    assert.equal(other.code, 1, other.err);
    assert.deepEqual(
      lines(other.out).map(({ requestId, verdict }) => [requestId, verdict]),
      ids.map((id, i) => [id, ['fails-now', 'works-now', 'same', 'differs'][i]]),
    );

    const text = await lamplight('replay', ids[3]!);
    assert.equal(text.code, 1);
    assert.match(
      text.out,
      new RegExp(`^\\S+Z  ${ids[3]}  sums  differs\n--- then ${ids[3]}\n\\+\\+\\+ now `),
    );
    assert.match(text.out, /\n- +"n": 4,\n- +"twice": 8\n\+ +"n": 5,\n\+ +"twice": 10\n/);
    assert.equal(text.err, '1 replayed: 1 differs\n');
  });

  it('runs an attempt at an asynchronous event as a call', async () => {
    const { client } = host();
    await createFunction(client, 'events', `exports.handler = async ({ n }) => ({ n });`);
    const { requestId } = await call(
      client,
      'events',
      { n: 7 },
      { InvocationType: 'Event', LogType: 'None' },
    );
    await until(
      async () => (await lamplight('history', '--function', 'events', '--json')).out.includes(requestId),
      { what: 'the event' },
    );
    const { code, out } = await lamplight('replay', requestId, '--json');
    assert.equal(code, 0);
    assert.deepEqual(lines(out)[0]?.now?.answer, { n: 7 });
  });

  it('ends at Ctrl-C with what has come so far', async () => {
    const { client } = host();
    const waits = (body: string): string => `exports.handler = async ({ n }) => { ${body} return n; };`;
    await createFunction(client, 'waits', waits(''), { Timeout: 60 });
    const ids: string[] = [];
    for (const n of [1, 2, 3]) ids.push((await call(client, 'waits', { n })).requestId);
    await deploy('waits', waits(`if (n === 3) await new Promise(done => setTimeout(done, 50_000));`));
    const running = start(['replay', '--function', 'waits', '--last', '3', '--state', host().stateDir], {
      cwd: host().root.path,
    });
    await running.says(new RegExp(`${ids[1]!}  waits  same`));
    running.child.kill('SIGINT');
    const { code, out, err } = await running.ended;
    assert.equal(code, 2);
    assert.match(out, new RegExp(ids[0]!));
    assert.match(err, /^Cancelled: 2 of 3 replayed: 2 same$/m);
  });

  it('says what can not be had, with an exit code of its own', async () => {
    const { client } = host();
    const unknown = await lamplight('replay', 'no-such-request', '--json');
    assert.equal(unknown.code, 2);
    assert.deepEqual(lines(unknown.out), [
      { requestId: 'no-such-request', verdict: 'not-run', error: 'Invocation not found: no-such-request' },
    ]);
    await createFunction(client, 'long', `exports.handler = async ({ text }) => text.length;`);
    const long = await call(client, 'long', { text: 'x'.repeat(1_100_000) });
    assert.equal(long.payload, 1_100_000);
    const cut = await lamplight('replay', long.requestId);
    assert.equal(cut.code, 2);
    assert.match(cut.out, /did not run: The event of \S+ was too long for the history/);
    assert.match((await lamplight('replay', '--function', 'nobody', '--last', '1')).err, /There are: .*long/);
    await createFunction(client, 'fresh', `exports.handler = async () => 1;`);
    assert.match(
      (await lamplight('replay', '--function', 'fresh', '--last', '1')).err,
      /fresh has not been invoked yet/,
    );
    for (const argv of [[], ['--function', 'f'], ['id', '--last', '2'], ['--function', 'f', '--last', '0']])
      assert.equal((await lamplight('replay', ...argv)).code, 2);
  });
});
