import assert from 'node:assert/strict';
import type { Destination } from '../../../src/host/environments/telemetry/destination.ts';
import type { PlatformEvent } from '../../../src/host/environments/telemetry/platformEvents.ts';
import { Telemetry } from '../../../src/host/environments/telemetry/telemetry.ts';
import { manualClock, type ManualClock } from '../../helpers/manualClock.ts';

interface Sent {
  readonly time: string;
  readonly type: string;
  readonly record: unknown;
}

/** A subscriber's listener that a test opens and closes. */
class FakeListener implements Destination {
  readonly batches: Sent[][] = [];
  closed = false;
  /** Holds answers back. */
  held: { take: () => void; refuse: () => void }[] | undefined;
  refuses = false;

  send(events: readonly string[]): Promise<void> {
    if (this.refuses) return Promise.reject(new Error('connect ECONNREFUSED'));
    const batch = events.map(event => JSON.parse(event) as Sent);
    if (!this.held) {
      this.batches.push(batch);
      return Promise.resolve();
    }
    const { held } = this;
    return new Promise((resolve, reject) =>
      held.push({
        take: () => {
          this.batches.push(batch);
          resolve();
        },
        refuse: () => reject(new Error('http request failed with status 500')),
      }),
    );
  }

  close(): void {
    this.closed = true;
  }

  get events(): Sent[] {
    return this.batches.flat();
  }
}

const started: PlatformEvent = {
  type: 'platform.initRuntimeDone',
  record: { initializationType: 'on-demand', phase: 'init', status: 'success' },
};

describe('telemetry of an environment', () => {
  let clock: ManualClock;
  let listeners: FakeListener[];
  let told: string[];
  let telemetry: Telemetry;

  const made = (isJson = false): Telemetry =>
    new Telemetry({
      clock,
      isJson,
      subscribed(api, name, types) {
        const type = api === 'telemetry' ? 'platform.telemetrySubscription' : 'platform.logsSubscription';
        telemetry.platform(clock.serviceNow(), { type, record: { name, state: 'Subscribed', types } });
      },
      dropped(reason, droppedRecords, droppedBytes) {
        told.push(reason);
        const record = { reason, droppedRecords, droppedBytes };
        telemetry.platform(clock.serviceNow(), { type: 'platform.logsDropped', record });
      },
      open() {
        const listener = new FakeListener();
        listeners.push(listener);
        return listener;
      },
    });

  beforeEach(() => {
    clock = manualClock();
    listeners = [];
    told = [];
    telemetry = made();
  });

  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  };

  /** Moves time on, step by step, so that what was waited for goes on in between. */
  async function pass(ms: number, step = ms): Promise<void> {
    for (let left = ms; left > 0; left -= step) {
      clock.advance(Math.min(step, left));
      await settle();
    }
  }

  function subscribe(
    members: Readonly<Record<string, unknown>> = {},
    api: 'telemetry' | 'logs' = 'telemetry',
    name = 'collector',
  ): FakeListener {
    const body = {
      ...(api === 'telemetry' ? { schemaVersion: '2022-12-13' } : {}),
      types: ['platform', 'function', 'extension'],
      destination: { protocol: 'HTTP', URI: 'http://sandbox.localdomain:8080' },
      ...members,
    };
    assert.equal(telemetry.subscribe(api, name, Buffer.from(JSON.stringify(body))), undefined);
    const listener = listeners.at(-1);
    assert.ok(listener);
    return listener;
  }

  const print = (text: string, type: 'function' | 'extension' = 'function'): void =>
    telemetry.output(type, Buffer.from(text));

  it('comes in batches, when their time is over', async () => {
    const listener = subscribe({ buffering: { timeoutMs: 100 } });
    print('one\ntwo\n');
    await pass(99);
    assert.equal(listener.batches.length, 0);
    await pass(1);
    assert.deepEqual(
      listener.batches.map(batch => batch.map(({ record }) => record)),
      [
        [
          { name: 'collector', state: 'Subscribed', types: ['platform', 'function', 'extension'] },
          'one\n',
          'two\n',
        ],
      ],
    );
    assert.equal(listener.events[1]?.time, '2026-11-22T12:00:00.000Z');
    print('three\n');
    await pass(100);
    assert.equal(listener.batches.length, 2);
    // Nothing to send, nothing sent.
    await pass(1_000);
    assert.equal(listener.batches.length, 2);
  });

  it('comes at once when there are maxItems or maxBytes of it', async () => {
    const items = subscribe({ types: ['function'], buffering: { maxItems: 1000, timeoutMs: 30_000 } });
    print('x\n'.repeat(1_000));
    await settle();
    assert.deepEqual(
      items.batches.map(batch => batch.length),
      [1000],
    );
    const bytes = subscribe({ types: ['function'], buffering: { timeoutMs: 30_000 } }, 'telemetry', 'other');
    listeners[0]?.close();
    await settle();
    bytes.batches.length = 0;
    print(`${'y'.repeat(262_144)}\n`);
    await settle();
    assert.equal(bytes.batches.length, 1);
  });

  it('is told from the beginning of the init to whoever subscribes in it', async () => {
    telemetry.platform(clock.serviceNow(), started);
    print('at init\n');
    print('an extension\n', 'extension');
    await pass(500);
    const listener = subscribe({ types: ['platform', 'extension'] });
    await pass(1_000);
    assert.deepEqual(
      listener.events.map(({ type }) => type),
      ['platform.initRuntimeDone', 'extension', 'platform.telemetrySubscription'],
    );
    assert.equal(listener.events[0]?.time, '2026-11-22T12:00:00.000Z');
  });

  it('is kept of an init within bounds', async () => {
    for (let n = 0; n < 20_000; n++) print(`${n}\n`);
    const listener = subscribe({ types: ['platform', 'function'] });
    await pass(2_000, 100);
    const dropped = listener.events.find(({ type }) => type === 'platform.logsDropped');
    const count = (dropped?.record as { droppedRecords: number }).droppedRecords;
    assert.equal(listener.events.filter(({ type }) => type === 'function').length + count, 20_000);
  });

  it('is for nobody after an init in which nobody subscribed', () => {
    assert.equal(telemetry.active, true);
    telemetry.endInit();
    assert.equal(telemetry.active, false);
    const body = JSON.stringify({
      schemaVersion: '2022-07-01',
      types: ['platform'],
      destination: { protocol: 'TCP', port: 8080 },
    });
    assert.deepEqual(telemetry.subscribe('telemetry', 'late', Buffer.from(body)), {
      status: 403,
      errorType: 'Telemetry.SubscriptionClosed',
      errorMessage: 'Telemetry API subscription is closed',
    });
    const logs = JSON.stringify({ types: ['platform'], destination: { protocol: 'TCP', port: 8080 } });
    assert.deepEqual(telemetry.subscribe('logs', 'late', Buffer.from(logs)), {
      status: 403,
      errorType: 'Logs.SubscriptionClosed',
      errorMessage: 'Logs API subscription is closed',
    });
  });

  it('is refused to an extension that has the other API', () => {
    subscribe();
    const body = JSON.stringify({ types: ['platform'], destination: { protocol: 'TCP', port: 8080 } });
    assert.deepEqual(telemetry.subscribe('logs', 'collector', Buffer.from(body)), {
      status: 400,
      errorType: 'Logs.ValidationError',
      errorMessage: 'the extension is subscribed to the Telemetry API already',
    });
  });

  it('goes where the last subscription of an extension says', async () => {
    const first = subscribe();
    const second = subscribe({ types: ['function'] });
    print('x\n');
    await pass(1_000);
    assert.equal(first.closed, true);
    assert.deepEqual(first.batches, []);
    assert.deepEqual(
      second.events.map(({ type }) => type),
      ['function'],
    );
  });

  it('is sent again until it is taken', async () => {
    const listener = subscribe({ types: ['function'] });
    listener.refuses = true;
    print('x\n');
    await pass(1_200, 10);
    assert.equal(listener.batches.length, 0);
    listener.refuses = false;
    await pass(1_000, 10);
    assert.deepEqual(
      listener.events.map(({ record }) => record),
      ['x\n'],
    );
    assert.deepEqual(told, []);
  });

  it('is given up where it is never taken, which is told when the next batch is', async () => {
    const listener = subscribe({ types: ['platform', 'function'] });
    listener.refuses = true;
    await pass(10_000, 10);
    print('x\n');
    await pass(10_000, 10);
    assert.deepEqual(told, []);
    listener.refuses = false;
    print('y\n');
    await pass(2_100, 10);
    assert.deepEqual(
      listener.events.map(({ record }) => record),
      [
        'y\n',
        {
          reason: 'could not send events: connect ECONNREFUSED',
          droppedRecords: 2,
          droppedBytes: 226,
        },
      ],
    );
  });

  it('is dropped and counted where it comes faster than it is taken, within bounds', async () => {
    const listener = subscribe({
      types: ['platform', 'function'],
      buffering: { maxItems: 1000, timeoutMs: 100 },
    });
    await pass(100);
    listener.batches.length = 0;
    const held: NonNullable<FakeListener['held']> = (listener.held = []);
    print('x\n'.repeat(5_000));
    await settle();
    assert.equal(held.length, 1);
    for (let next = held.shift(); next; next = held.shift()) {
      next.take();
      await pass(100);
    }
    assert.deepEqual(told, [
      'Some logs were dropped because the downstream consumer is slower than the logs production rate',
    ]);
    const dropped = listener.events.filter(({ type }) => type === 'platform.logsDropped');
    assert.deepEqual(
      dropped.map(({ record }) => (record as { droppedRecords: number }).droppedRecords),
      [3_000],
    );
    assert.equal(listener.events.filter(({ type }) => type === 'function').length, 2_000);
    print('again\n');
    await pass(100);
    held.shift()?.take();
    await settle();
    assert.equal(listener.events.at(-1)?.record, 'again\n');
  });

  it('reaches everybody before the end, within a limit', async () => {
    const quick = subscribe({ types: ['function'] });
    const slow = subscribe({ types: ['function'] }, 'telemetry', 'slow');
    slow.held = [];
    print('last\n');
    let flushed: boolean | undefined;
    void telemetry.flush(300).then(inTime => (flushed = inTime));
    await settle();
    assert.deepEqual(
      quick.events.map(({ record }) => record),
      ['last\n'],
    );
    await pass(299);
    assert.equal(flushed, undefined);
    await pass(1);
    assert.equal(flushed, false);
    telemetry.reset();
    assert.ok(quick.closed && slow.closed);
    assert.equal(telemetry.active, true);
  });

  it('has records of a JSON log as objects, from schema 2022-12-13 on', async () => {
    telemetry = made(true);
    const newer = subscribe({ types: ['function'] });
    const older = subscribe({ types: ['function'], schemaVersion: '2022-07-01' }, 'telemetry', 'older');
    print('{"level":"INFO","message":"a"}\nplain\n{broken\n');
    await pass(1_000);
    assert.deepEqual(
      newer.events.map(({ record }) => record),
      [{ level: 'INFO', message: 'a' }, 'plain\n', '{broken\n'],
    );
    assert.equal(older.events[0]?.record, '{"level":"INFO","message":"a"}\n');
  });

  it('has the newlines inside a record, and leaves the records as they are', async () => {
    const listener = subscribe({ types: ['function'] });
    const records = Buffer.concat([Buffer.from('a'), Buffer.from([0xff]), Buffer.from('b\nc\n')]);
    telemetry.output('function', records);
    await pass(1_000);
    assert.deepEqual(
      listener.events.map(({ record }) => record),
      ['a\nb\n', 'c\n'],
    );
    assert.equal(records[1], 0xff);
  });

  it('is what the Logs API knows for its subscribers', async () => {
    const old = subscribe({}, 'logs', 'old');
    const later = subscribe({ schemaVersion: '2021-03-18' }, 'logs', 'later');
    const now = clock.serviceNow();
    const requestId = 'ID';
    telemetry.platform(now, started);
    telemetry.platform(now, {
      type: 'platform.start',
      record: { requestId, functionArn: 'arn', version: '7' },
    });
    telemetry.platform(now, {
      type: 'platform.fault',
      record: 'RequestId: ID Process exited before completing request',
    });
    telemetry.platform(now, {
      type: 'platform.runtimeDone',
      record: {
        requestId,
        status: 'error',
        errorType: 'X',
        spans: [],
        metrics: { durationMs: 1, producedBytes: 0 },
      },
    });
    telemetry.platform(now, { type: 'platform.end', record: { requestId } });
    const metrics = { durationMs: 1, billedDurationMs: 1, memorySizeMB: 128, maxMemoryUsedMB: 30 };
    telemetry.platform(now, {
      type: 'platform.report',
      record: { requestId, metrics, status: 'error', errorType: 'X' },
    });
    print('x\n');
    await pass(1_000);
    const expected = [
      [
        'platform.logsSubscription',
        { name: 'later', state: 'Subscribed', types: ['platform', 'function', 'extension'] },
      ],
      ['platform.start', { requestId, version: '7' }],
      ['platform.fault', 'RequestId: ID Process exited before completing request'],
      ['platform.runtimeDone', { requestId, status: 'failure' }],
      ['platform.end', { requestId }],
      ['platform.report', { requestId, metrics }],
      ['function', 'x\n'],
    ];
    const seen = (listener: FakeListener): unknown[] =>
      listener.events.map(({ type, record }) => [type, record]);
    assert.deepEqual(seen(later).slice(-expected.length), expected);
    assert.deepEqual(
      seen(old).slice(-expected.length + 1),
      expected.filter(([type]) => type !== 'platform.runtimeDone'),
    );
  });
});
