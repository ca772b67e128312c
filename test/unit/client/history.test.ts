import assert from 'node:assert/strict';
import { AwsCallError } from '../../../src/client/callError.ts';
import { lastInvocations, replayAll } from '../../../src/client/history.ts';
import type { HostClient } from '../../../src/client/hostClient.ts';

type Control = (method: string, path: string, options: { query?: object; signal?: AbortSignal }) => unknown;

/** A host that does what the test says. */
const hostThat = (control: Control): HostClient => ({ control }) as unknown as HostClient;

describe('the history as clients read it', () => {
  it('has what was replayed until it was cancelled', async () => {
    const abort = new AbortController();
    let called = 0;
    const client = hostThat((_method, _path, { signal }) => {
      called++;
      // The host has no such event any more, which is an outcome; the eighth takes long.
      if (called < 8) throw new AwsCallError('ResourceNotFoundException', 'gone', 404, undefined);
      return new Promise((_resolve, reject) => {
        signal!.addEventListener('abort', () => reject(signal!.reason as Error));
        if (called === 11) abort.abort();
      });
    });
    const items = Array.from({ length: 1_000 }, (_, n) => ({ requestId: `r${n}` }));
    const heard: string[] = [];
    const outcomes = await replayAll(client, items, {
      signal: abort.signal,
      done: ({ requestId }) => heard.push(requestId),
    });
    const first = items.slice(0, 7).map(({ requestId }) => requestId);
    assert.deepEqual(
      outcomes.map(({ item, outcome }) => [item.requestId, outcome.kind]),
      first.map(requestId => [requestId, 'not-run']),
    );
    assert.deepEqual(heard.sort(), first);
    assert.equal(called, 11);
  });

  it('is asked on from where a page has ended, until it is cancelled', async () => {
    const abort = new AbortController();
    const asked: (readonly [unknown, AbortSignal | undefined])[] = [];
    const client = hostThat((_method, _path, { query, signal }) => {
      asked.push([(query as { Before?: unknown }).Before, signal]);
      signal?.throwIfAborted();
      if (asked.length === 2) abort.abort();
      return { Invocations: [], Next: `5-${asked.length}` };
    });
    await assert.rejects(lastInvocations(client, 'f', 3, abort.signal), { name: 'AbortError' });
    assert.deepEqual(asked, [
      [undefined, abort.signal],
      ['5-1', abort.signal],
      ['5-2', abort.signal],
    ]);
  });
});
