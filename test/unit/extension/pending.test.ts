import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { PendingLists } from '../../../src/extension/project/pendingLists.ts';
import { ProjectStore } from '../../../src/extension/project/projectStore.ts';
import type { StoreChange } from '../../../src/extension/project/projectStore.ts';
import { coarse, pendingRow, reason } from '../../../src/extension/views/pendingRows.ts';
import type { FunctionsNode } from '../../../src/extension/views/nodes.ts';
import { PendingTicker } from '../../../src/extension/views/pendingTicker.ts';
import type { PendingEvent } from '../../../src/protocol/asynchronous.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const pendingEvent = (over: Partial<PendingEvent> = {}): PendingEvent => ({
  requestId: '8f3a0000-0000-4000-8000-000000000000',
  functionName: 'f',
  state: 'waiting',
  acceptedAt: NOW - 70 * SECOND,
  nextTryAt: NOW + 50 * SECOND,
  expiresAt: NOW + 360 * MINUTE,
  attempt: 2,
  returns: 0,
  source: 'api',
  bytes: 12,
  ...over,
});

const pending = (functionName: string, count: number) =>
  ({ type: 'pendingEvents', pending: { functionName, count } }) as const;

describe('a pending event in the tree', () => {
  it('says when it is tried, how old it is and why it waits', () => {
    const row = pendingRow(
      pendingEvent({ qualifier: 'live', errorType: 'TypeError', errorMessage: 'no *price*\n  at f' }),
      NOW,
    );
    assert.equal(row.label, 'Attempt 2');
    assert.equal(row.description, 'live · next in 50 s · 1 min old · TypeError: no *price*');
    assert.match(row.tooltip!, /no \\\*price\\\*/);
    assert.equal(row.context, 'pendingEvent+waiting');
  });

  it('reads the same aloud while time goes by', () => {
    assert.equal(pendingRow(pendingEvent(), NOW).spoken, pendingRow(pendingEvent(), NOW + 9_000).spoken);
    assert.match(
      pendingRow(pendingEvent(), NOW).spoken,
      /attempt 2, next try at \d\d:\d\d:\d\d, accepted at/,
    );
  });

  it('is due when its time has come, and can’t be retried while it runs', () => {
    assert.match(pendingRow(pendingEvent(), NOW + MINUTE).description!, /^due now/);
    assert.match(pendingRow(pendingEvent({ state: 'ready' }), NOW).description!, /^due now/);
    const running = pendingRow(pendingEvent({ state: 'running' }), NOW);
    assert.match(running.description!, /^running/);
    assert.equal(running.context, 'pendingEvent+running');
  });

  it('has words for what no message came with', () => {
    assert.equal(reason(pendingEvent()), undefined);
    assert.equal(reason(pendingEvent({ cause: 'throttle' })), 'throttled');
    assert.equal(reason(pendingEvent({ errorType: 'Runtime.ExitError' })), 'Runtime.ExitError');
    assert.equal(reason(pendingEvent({ cause: 'system-error', errorMessage: 'no room' })), 'no room');
  });

  it('changes its words in steps', () => {
    assert.deepEqual(
      [0, 9_999, 10_000, 59_999, MINUTE, 60 * MINUTE, 47 * 60 * MINUTE, 49 * 60 * MINUTE].map(coarse),
      ['< 10 s', '< 10 s', '10 s', '50 s', '1 min', '1 h', '47 h', '2 days'],
    );
  });
});

describe('time in the rows of pending events', () => {
  it('draws a row again when it says something else, also after the view was hidden', () => {
    const clock = { wallTime: Date.now(), speed: 1, frozen: true, waiting: 0 };
    let serviceTime = NOW;
    let isHidden = false;
    const node = {
      kind: 'pendingEvent',
      id: 'w/f/pending/r',
      name: 'f',
      key: 'r',
      project: {
        store: {
          get clock() {
            return { ...clock, serviceTime };
          },
        },
        pending: { get: () => pendingEvent() },
      },
    } as unknown as FunctionsNode;
    const drawn: FunctionsNode[] = [];
    const ticker = new PendingTicker(
      () => (isHidden ? undefined : [node]),
      one => drawn.push(one),
    );
    try {
      mock.timers.enable({ apis: ['setTimeout'] });
      ticker.drawn(node, pendingRow(pendingEvent(), NOW).description!);
      mock.timers.tick(1_000);
      assert.equal(drawn.length, 0);
      serviceTime = NOW + 20_000;
      isHidden = true;
      ticker.restart();
      assert.equal(drawn.length, 0);
      isHidden = false;
      ticker.restart();
      assert.deepEqual(drawn, [node]);
      ticker.restart();
      assert.equal(drawn.length, 1);
    } finally {
      mock.timers.reset();
      ticker.dispose();
    }
  });
});

describe('what is known of pending events', () => {
  it('tells of a number that changes, and not of an event that was done at once', () => {
    const store = new ProjectStore();
    const changes: StoreChange[] = [];
    store.onChange.add(change => changes.push(change));
    for (const count of [0, 1, 1, 2, 0, 0]) store.apply(pending('f', count));
    assert.deepEqual(
      changes.map(change => change.kind === 'pending' && [change.name, change.shown]),
      [
        ['f', 'changed'],
        ['f', 'same'],
        ['f', 'same'],
        ['f', 'changed'],
      ],
    );
    store.apply(pending('f', 3));
    assert.equal(store.pendingEvents('f'), 3);
    store.disconnected();
    assert.equal(store.pendingEvents('f'), 0);
  });

  it('reads the events once until something has changed, and again after an error', async () => {
    const store = new ProjectStore();
    let reads = 0;
    let isDown = false;
    const lists = new PendingLists(store, () => {
      reads++;
      return isDown ? Promise.reject(new Error('gone')) : Promise.resolve([pendingEvent({ attempt: reads })]);
    });
    await Promise.all([lists.of('f'), lists.of('f')]);
    assert.equal(reads, 1);
    store.apply(pending('g', 1));
    await lists.of('f');
    assert.equal(reads, 1);
    store.apply(pending('f', 1));
    assert.equal((await lists.of('f'))[0]?.attempt, 2);
    assert.equal(lists.get('f', pendingEvent().requestId)?.attempt, 2);
    isDown = true;
    store.apply(pending('f', 1));
    await assert.rejects(lists.of('f'), /gone/);
    isDown = false;
    assert.equal((await lists.of('f'))[0]?.attempt, 4);
  });
});
