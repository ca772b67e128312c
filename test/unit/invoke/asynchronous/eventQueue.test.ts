import assert from 'node:assert/strict';
import { AwsError } from '../../../../src/protocol/awsError.ts';
import { concurrencyExceeded, functionNotFound } from '../../../../src/host/invoke/errors.ts';
import type { InvokeResult } from '../../../../src/host/invoke/request.ts';
import { ARN, failed, openQueue, succeeded, type QueueFixture } from './queueFixture.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('the queue of asynchronous events', () => {
  let at: QueueFixture;
  beforeEach(async () => {
    at = await openQueue();
  });
  afterEach(() => at.close());

  const times = (): number[] => at.attempts.map(attempt => attempt.at);
  const ends = (): unknown[] =>
    at.ends.map(({ event, step, outcome }) => [event.requestId, step.condition, step.attempts, outcome.kind]);
  const stored = (): number =>
    at.database.query<{ n: number }>('SELECT count(*) AS n FROM events').get()!.n +
    at.database.query<{ n: number }>('SELECT count(*) AS n FROM event_payloads').get()!.n;

  it('answers 202 when the event is stored, and runs it once', async () => {
    assert.deepEqual(await at.accept('a', { traceId: 'Root=1-2-3' }), { status: 202 });
    assert.equal(stored(), 2);
    await at.queue.settled();
    const [{ request }] = at.attempts as [(typeof at.attempts)[0]];
    assert.deepEqual(
      [request.requestId, request.payload.toString(), request.attempt, request.cause, request.traceId],
      ['a', '{"id":"a"}', 1, 'call', 'Root=1-2-3'],
    );
    assert.deepEqual(ends(), [['a', 'Success', 1, 'success']]);
    assert.equal(stored(), 0);
    assert.deepEqual(at.metrics, [
      ['AsyncEventsReceived', 1],
      ['AsyncEventAge', 0],
      ['AsyncEventsDropped', 0],
    ]);
  });

  it('runs an event that is stored together with the end of another one', async () => {
    let end: (() => void) | undefined;
    at.handle = ({ requestId }) =>
      requestId === 'a' ? new Promise(resolve => (end = () => resolve(succeeded))) : succeeded;
    await at.accept('a');
    end!();
    // Its end waits to be stored when the next one comes.
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    await at.accept('b');
    await at.queue.settled();
    assert.deepEqual(ends(), [
      ['a', 'Success', 1, 'success'],
      ['b', 'Success', 1, 'success'],
    ]);
    assert.equal(stored(), 0);
  });

  it('tries again after one and two minutes, under the same request id and in the same trace', async () => {
    at.handle = () => failed;
    await at.accept('a');
    await at.pass(HOUR);
    assert.deepEqual(times(), [0, MINUTE, 3 * MINUTE]);
    assert.deepEqual(
      at.attempts.map(({ request }) => [request.requestId, request.attempt, request.cause]),
      [
        ['a', 1, 'call'],
        ['a', 2, 'function-error'],
        ['a', 3, 'function-error'],
      ],
    );
    assert.equal(new Set(at.attempts.map(({ request }) => request.traceId)).size, 1);
    assert.deepEqual(ends(), [['a', 'RetriesExhausted', 3, 'function-error']]);
    assert.deepEqual(at.metrics.at(-1), ['AsyncEventsDropped', 1]);
  });

  it('retries as often as the configuration says at the time of the attempt', async () => {
    at.handle = () => failed;
    at.policy = { ...at.policy, retries: 0 };
    await at.accept('never');
    await at.pass(HOUR);
    assert.deepEqual(ends(), [['never', 'RetriesExhausted', 1, 'function-error']]);
    at.policy = { ...at.policy, retries: 2 };
    await at.accept('once');
    await at.queue.settled();
    at.policy = { ...at.policy, retries: 1 };
    await at.pass(HOUR);
    assert.deepEqual(ends().slice(1), [['once', 'RetriesExhausted', 2, 'function-error']]);
  });

  it('ends at once where the next retry would come after the greatest age', async () => {
    at.handle = () => failed;
    at.policy = { retries: 2, maxAge: 100 * SECOND };
    await at.accept('a');
    await at.pass(HOUR);
    assert.deepEqual(times(), [0, MINUTE]);
    assert.deepEqual(ends(), [['a', 'EventAgeExceeded', 2, 'function-error']]);
    assert.equal(at.ends[0]?.at, at.ends[0]!.event.acceptedAt + MINUTE);
  });

  it('does not grow older while its handler is stopped in a debugger', async () => {
    at.policy = { retries: 2, maxAge: 100 * SECOND };
    at.handle = () => {
      at.clock.advance(80 * SECOND);
      return { ...failed, heldMs: 79 * SECOND };
    };
    await at.accept('a');
    await at.queue.settled();
    at.handle = () => failed;
    await at.pass(HOUR);
    assert.deepEqual(times(), [0, 140 * SECOND]);
    assert.deepEqual(ends(), [['a', 'EventAgeExceeded', 2, 'function-error']]);
  });

  it('goes on trying where there is no room, after 1 s, 2 s, … up to 5 min, and gives up when it is too old', async () => {
    at.handle = () => Promise.reject(concurrencyExceeded());
    await at.accept('a');
    await at.pass(7 * HOUR);
    assert.deepEqual(times().slice(0, 11), [
      0,
      ...[1, 3, 7, 15, 31, 63, 127, 255, 511, 811].map(s => s * SECOND),
    ]);
    assert.ok(at.attempts.every(({ request }) => request.attempt === 1));
    assert.equal(at.attempts[1]?.request.cause, 'throttle');
    assert.ok(times().at(-1)! <= 6 * HOUR);
    assert.deepEqual(ends(), [['a', 'EventAgeExceeded', 0, 'expired']]);
    assert.equal(at.ends[0]?.at, at.ends[0]!.event.acceptedAt + 6 * HOUR + 1);
    const { last } = at.ends[0].event;
    assert.deepEqual([last?.kind, last?.status, last?.message], ['throttle', 429, 'Rate Exceeded.']);
  });

  it('does not count a throttle or an error of the service as an attempt', async () => {
    const results = [
      () => Promise.reject(concurrencyExceeded()),
      () => failed,
      () => Promise.reject(new AwsError('ServiceException', 500, 'no engine')),
      () => Promise.reject(new Error('a surprise')),
      () => succeeded,
    ];
    at.handle = () => results.shift()!();
    await at.accept('a');
    await at.pass(HOUR);
    assert.deepEqual(
      times(),
      [0, 1, 61, 62, 64].map(s => s * SECOND),
    );
    assert.deepEqual(
      at.attempts.map(({ request }) => `${request.attempt!} ${request.cause!}`),
      ['1 call', '1 throttle', '2 function-error', '2 system-error', '2 system-error'],
    );
    assert.deepEqual(ends(), [['a', 'Success', 2, 'success']]);
  });

  it('hands an event of a function without concurrency to failure handling, without an attempt', async () => {
    at.off.add('f');
    await at.accept('a');
    await at.pass(HOUR);
    assert.deepEqual(at.attempts, []);
    assert.deepEqual(ends(), [['a', 'ZeroReservedConcurrency', 0, 'zero-reserved']]);
  });

  it('refuses an event for what is not there', async () => {
    await assert.rejects(at.accept('a', { functionName: 'nobody' }), {
      code: 'ResourceNotFoundException',
      message: `Function not found: ${ARN}nobody:$LATEST`,
    });
    assert.equal(stored(), 0);
  });

  it('counts it as attempts where the function was deleted meanwhile, and takes its last configuration', async () => {
    at.policy = { ...at.policy, retries: 1, deadLetter: 'arn:aws:sqs:us-east-1:000000000000:dead' };
    at.handle = () => failed;
    await at.accept('a');
    await at.queue.settled();
    at.there.delete('f');
    await at.pass(HOUR);
    assert.deepEqual(ends(), [['a', 'RetriesExhausted', 2, 'not-found']]);
    assert.equal(at.ends[0]?.event.policy.deadLetter, 'arn:aws:sqs:us-east-1:000000000000:dead');
  });

  it('waits for an alias that is gone while it has retries left, and is lost with its age', async () => {
    at.there.add('f:live');
    at.handle = () => failed;
    await at.accept('lost', { qualifier: 'live' });
    await at.queue.settled();
    at.there.delete('f:live');
    await at.pass(7 * HOUR);
    assert.deepEqual(ends(), []);
    assert.equal(stored(), 0);
    assert.deepEqual(at.metrics.at(-1), ['AsyncEventsDropped', 1]);

    at.there.add('f:live');
    at.policy = { ...at.policy, retries: 0 };
    at.handle = () => Promise.reject(functionNotFound(`${ARN}f:live`));
    await at.accept('no retries', { qualifier: 'live' });
    await at.pass(7 * HOUR);
    assert.deepEqual(ends(), [['no retries', 'RetriesExhausted', 1, 'not-found']]);
  });

  it('runs again what a host that died was running, with its attempt and age', async () => {
    at.handle = () => failed;
    await at.accept('a');
    await at.queue.settled();
    let answer: ((result: InvokeResult) => void) | undefined;
    at.handle = () => new Promise(resolve => (answer = resolve));
    at.clock.advance(MINUTE);
    await new Promise(setImmediate);
    assert.ok(answer);
    at.handle = () => failed;
    at.crash();
    await at.pass(HOUR);
    assert.deepEqual(times(), [0, MINUTE, MINUTE, 3 * MINUTE]);
    assert.deepEqual(
      at.attempts.map(({ request }) => request.attempt),
      [1, 2, 2, 3],
    );
    assert.deepEqual(ends(), [['a', 'RetriesExhausted', 3, 'function-error']]);
  });

  it('lets events of a function that the workspace lost wait until it is back', async () => {
    at.handle = () => failed;
    await at.accept('a');
    await at.queue.settled();
    at.there.delete('f');
    at.kept.set('f', 1);
    await at.pass(HOUR);
    assert.deepEqual(times(), [0]);
    at.crash();
    await at.pass(HOUR);
    assert.deepEqual(times(), [0]);
    at.kept.clear();
    at.there.add('f');
    at.handle = () => succeeded;
    at.changed('f');
    await at.queue.settled();
    assert.deepEqual(times(), [0, 2 * HOUR]);
    assert.deepEqual(ends(), [['a', 'Success', 2, 'success']]);
  });

  it('knows events of a lost function from those of another one that has its name', async () => {
    at.handle = () => failed;
    await at.accept('lost');
    await at.queue.settled();
    at.kept.set('f', 1);
    at.ids.set('f', 2);
    at.changed('f');
    await at.accept('new');
    await at.queue.settled();
    await at.pass(HOUR);
    // The other one's has all its attempts, the lost one's waits.
    assert.deepEqual(ends(), [['new', 'RetriesExhausted', 3, 'function-error']]);
    await at.accept('last');
    await at.queue.settled();
    at.there.delete('f');
    at.crash();
    at.changed('f');
    for (let n = 0; n < 3; n++) {
      at.clock.advance(HOUR / 6);
      await at.queue.settled();
    }
    // Deleted for good: nothing of it rests because something else of its name does.
    assert.deepEqual(ends()[1], ['last', 'RetriesExhausted', 3, 'not-found']);
    assert.deepEqual(
      at.queue.rows.list(undefined, 10).map(({ requestId }) => requestId),
      ['lost'],
    );
    at.kept.clear();
    at.there.add('f');
    at.ids.set('f', 1);
    at.handle = () => succeeded;
    at.changed('f');
    await at.queue.settled();
    assert.deepEqual(ends()[2], ['lost', 'Success', 2, 'success']);
  });

  it('ends events of a function that did not come back in time', async () => {
    at.policy = { retries: 0, maxAge: 6 * HOUR };
    at.queue.pause();
    await at.accept('a');
    at.there.delete('f');
    at.kept.set('f', 1);
    at.queue.start();
    await at.pass(HOUR / 2);
    assert.deepEqual(ends(), []);
    at.kept.clear();
    at.clock.advance(HOUR);
    await at.queue.settled();
    assert.deepEqual(ends(), [['a', 'RetriesExhausted', 1, 'not-found']]);
  });

  it('runs so many of one function at once, and lets it hold up no other one', async () => {
    const waiting: ((result: InvokeResult) => void)[] = [];
    at.handle = ({ functionName }) =>
      functionName === 'f' ? new Promise(resolve => waiting.push(resolve)) : succeeded;
    for (let n = 0; n < 10; n++) await at.accept(`f${n}`);
    await at.accept('g', { functionName: 'g' });
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    assert.equal(waiting.length, 4);
    assert.deepEqual(ends(), [['g', 'Success', 1, 'success']]);
    for (let done = 0; done < 10; done++) {
      waiting[done]!(succeeded);
      await new Promise(setImmediate);
      await new Promise(setImmediate);
    }
    await at.queue.settled();
    assert.deepEqual(
      at.attempts.map(({ request }) => request.requestId).filter(id => id.startsWith('f')),
      Array.from({ length: 10 }, (_, n) => `f${n}`),
    );
  });

  it('reads the events of a throttled function more slowly', async () => {
    let running = 0;
    at.handle = async () => {
      if (running > 0) throw concurrencyExceeded();
      running++;
      await new Promise(setImmediate);
      running--;
      return succeeded;
    };
    for (let n = 0; n < 200; n++) await at.accept(`e${n}`);
    await at.pass(HOUR);
    assert.equal(at.ends.length, 200);
    // Every event in flight at once would be refused again and again: 200 events would take thousands of attempts.
    assert.ok(at.attempts.length < 500, `${at.attempts.length} attempts`);
  });

  it('tries again at once when somebody asks for it, and forgets what somebody drops', async () => {
    at.handle = () => failed;
    await at.accept('a');
    await at.accept('b');
    await at.queue.settled();
    at.handle = () => succeeded;
    at.queue.retryNow(at.queue.rows.find('a')!);
    at.queue.drop(at.queue.rows.find('b')!);
    await at.pass(HOUR);
    assert.deepEqual(
      at.attempts.slice(2).map(({ request, at: when }) => [request.requestId, request.cause, when]),
      [['a', 'retry-now', 0]],
    );
    assert.deepEqual(ends(), [['a', 'Success', 2, 'success']]);
    assert.equal(stored(), 0);
  });

  it('keeps what it can’t store, and says so once', async () => {
    at.database.run(
      "CREATE TRIGGER full BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
    );
    await at.accept('a');
    for (let n = 0; n < 3; n++) {
      for (let turn = 0; turn < 4; turn++) await new Promise(setImmediate);
      at.clock.advance(SECOND);
    }
    assert.deepEqual([at.attempts.length, at.ends.length, at.failures.length], [1, 0, 1]);
    at.database.run('DROP TRIGGER full');
    for (let turn = 0; turn < 4; turn++) await new Promise(setImmediate);
    at.clock.advance(SECOND);
    await at.queue.settled();
    assert.deepEqual(ends(), [['a', 'Success', 1, 'success']]);
    assert.equal(at.attempts.length, 1);
  });

  it('refuses an event that it can’t store', async () => {
    at.database.run(
      "CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
    );
    await assert.rejects(at.accept('a'), /the disk is full/);
    await at.queue.settled();
    assert.equal(at.attempts.length, 0);
  });
});
