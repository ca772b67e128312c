import assert from 'node:assert/strict';
import { UpdateFunctionCodeCommand, waitUntilFunctionUpdatedV2 } from '@aws-sdk/client-lambda';
import { call, createFunction } from '../../helpers/functions.ts';
import { useTestHost } from '../../helpers/testHost.ts';
import { zipOf } from '../../helpers/zip.ts';

/** Says which process served, how often that process was called, and how many calls were in it at once. */
const COUNTING = `
  let calls = 0, now = 0, most = 0;
  exports.handler = async event => {
    calls++; now++; most = Math.max(most, now);
    await new Promise(done => setTimeout(done, event.ms ?? 0));
    now--;
    return { pid: process.pid, calls, most };
  };`;

interface Counted {
  readonly pid: number;
  readonly calls: number;
  readonly most: number;
}

describe('environments behind the API', () => {
  const host = useTestHost();

  it('take one event each, grow with the events and are used again', async () => {
    const { client } = host();
    await createFunction(client, 'counting', COUNTING);
    const round = async (): Promise<Counted[]> =>
      Promise.all(
        Array.from(
          { length: 10 },
          async () => (await call(client, 'counting', { ms: 300 })).payload as Counted,
        ),
      );
    const cold = await round();
    assert.equal(new Set(cold.map(({ pid }) => pid)).size, 10);
    const warm = await round();
    assert.deepEqual(new Set(warm.map(({ pid }) => pid)), new Set(cold.map(({ pid }) => pid)));
    for (const { calls, most } of warm) assert.deepEqual({ calls, most }, { calls: 2, most: 1 });
  });

  it('finish what they do on old code while new calls get the new code', async () => {
    const { client } = host();
    const version = (text: string): string =>
      `exports.handler = async event => { await new Promise(done => setTimeout(done, event.ms ?? 0)); return ${text}; };`;
    await createFunction(client, 'moving', version("'old'"));
    assert.equal((await call(client, 'moving')).payload, 'old');
    const slow = call(client, 'moving', { ms: 1500 });
    await client.send(
      new UpdateFunctionCodeCommand({
        FunctionName: 'moving',
        ZipFile: await zipOf({ 'index.js': version("'new'") }),
      }),
    );
    // While the update is in progress, the code before it serves.
    assert.equal((await call(client, 'moving')).payload, 'old');
    await waitUntilFunctionUpdatedV2(
      { client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.05 },
      { FunctionName: 'moving' },
    );
    assert.equal((await call(client, 'moving')).payload, 'new');
    assert.equal((await slow).payload, 'old');
    assert.equal((await call(client, 'moving')).payload, 'new');
  });

  it('answer 204 to a dry run and run nothing, 202 to an event and run it once', async () => {
    const { client } = host();
    await createFunction(client, 'typed', COUNTING);
    const dry = await call(client, 'typed', {}, { InvocationType: 'DryRun' });
    assert.deepEqual([dry.status, dry.payload], [204, undefined]);
    const event = await call(client, 'typed', {}, { InvocationType: 'Event' });
    assert.deepEqual([event.status, event.payload], [202, undefined]);
    // The environment of the event serves next, when it is done: by then it has had two calls, and the dry run none.
    const counts: number[] = [];
    for (let i = 0; i < 50 && !counts.includes(2); i++) {
      counts.push(((await call(client, 'typed')).payload as Counted).calls);
    }
    assert.ok(counts.includes(2), String(counts));
  });

  it('refuse what Lambda refuses, in its words', async () => {
    const { client } = host();
    await assert.rejects(call(client, 'nobody'), {
      name: 'ResourceNotFoundException',
      message: 'Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody:$LATEST',
    });
    await createFunction(client, 'one', COUNTING);
    await assert.rejects(call(client, 'one', {}, { Qualifier: 'BLUE' }), {
      name: 'ResourceNotFoundException',
      message: 'Function not found: arn:aws:lambda:us-east-1:000000000000:function:one:BLUE',
    });
  });
});
