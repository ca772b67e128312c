/**
 * Whatever becomes of its attempts, and whenever its host dies: each accepted event comes to exactly one end, and its
 * attempts and their times are those of the rules (spec/lambda-service.md §7.1), told here a second time.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AwsError } from '../../../../src/protocol/awsError.ts';
import { concurrencyExceeded } from '../../../../src/host/invoke/errors.ts';
import { failed, openQueue, succeeded, type QueueFixture } from './queueFixture.ts';

type Fate = 'success' | 'error' | 'throttle' | 'unavailable' | 'hang';

interface Sent {
  /** Seconds after the beginning. */
  readonly at: number;
  /** What its attempts come to, in order; success when they are used up. */
  readonly fates: readonly Fate[];
  readonly functionName: string;
}

interface Run {
  readonly events: readonly Sent[];
  readonly retries: number;
  /** Seconds. */
  readonly maxAge: number;
  /** Seconds after the beginning at which the host is killed, in order. */
  readonly crashes: readonly number[];
}

interface Course {
  /** `<milliseconds after the beginning> <attempt>` */
  readonly attempts: string[];
  readonly end: string;
}

/** Longer than any event lives. */
const HORIZON = 8 * 3_600;

function expected({ at, fates }: Sent, { retries, maxAge, crashes }: Run): Course {
  const attempts: string[] = [];
  const deadline = 1_000 * (at + maxAge);
  let now = 1_000 * at;
  let errors = 0;
  let refusals = 0;
  const left = [...crashes];
  for (let n = 0; ; n++) {
    if (now > deadline) return { attempts, end: `EventAgeExceeded ${errors}` };
    attempts.push(`${now} ${errors + 1}`);
    switch (fates[n] ?? 'success') {
      case 'success':
        return { attempts, end: `Success ${errors + 1}` };
      case 'error': {
        const wait = errors === 0 ? 60_000 : 120_000;
        if (errors === retries) return { attempts, end: `RetriesExhausted ${errors + 1}` };
        if (now + wait > deadline) return { attempts, end: `EventAgeExceeded ${errors + 1}` };
        errors++;
        refusals = 0;
        now += wait;
        break;
      }
      case 'throttle':
      case 'unavailable':
        now = Math.min(now + Math.min(1_000 * 2 ** refusals++, 300_000), deadline + 1);
        break;
      case 'hang':
        // It is run again by the host after the next one that dies.
        while (left.length > 0 && 1_000 * left[0]! < now) left.shift();
        now = 1_000 * (left.shift() ?? HORIZON);
    }
  }
}

/** Until nothing more happens. */
async function quiet(queue: QueueFixture): Promise<void> {
  for (let still = 0, before = -1; still < 4;) {
    await new Promise(setImmediate);
    const now = queue.attempts.length + queue.ends.length + queue.metrics.length;
    still = now === before ? still + 1 : 0;
    before = now;
  }
}

async function simulate(queue: QueueFixture, run: Run): Promise<void> {
  const fates = new Map(run.events.map((event, index) => [`e${index}`, [...event.fates]]));
  queue.policy = { retries: run.retries, maxAge: 1_000 * run.maxAge };
  queue.handle = ({ requestId }) => {
    switch (fates.get(requestId)?.shift() ?? 'success') {
      case 'success':
        return succeeded;
      case 'error':
        return failed;
      case 'throttle':
        throw concurrencyExceeded();
      case 'unavailable':
        throw new AwsError('ServiceException', 500, 'not now');
      case 'hang':
        return new Promise(() => undefined);
    }
  };
  const began = queue.clock.serviceNow();
  const plan = [
    ...run.events.map((event, index) => ({ at: event.at, index })),
    ...run.crashes.map(at => ({ at, index: undefined })),
    { at: HORIZON, index: undefined },
  ].sort((a, b) => a.at - b.at);
  for (const { at, index } of plan) {
    await passUntil(queue, began + 1_000 * at);
    if (index === undefined) queue.crash();
    else await queue.accept(`e${index}`, { functionName: run.events[index]!.functionName });
    await quiet(queue);
  }
  await passUntil(queue, began + 2_000 * HORIZON);
}

/** From one time at which an event is due to the next. */
async function passUntil(queue: QueueFixture, end: number): Promise<void> {
  const { clock, database } = queue;
  const after = database.query<{ due: number | null }>('SELECT min(due) AS due FROM events WHERE due > ?');
  for (;;) {
    const next = after.get(clock.serviceNow())?.due ?? Infinity;
    if (next > end) break;
    clock.advance(next - clock.serviceNow());
    await quiet(queue);
  }
  clock.advance(end - clock.serviceNow());
  await quiet(queue);
}

const fate = (...fates: Fate[]): fc.Arbitrary<Fate[]> =>
  fc.array(fc.constantFrom(...fates), { maxLength: 8 });
const sent: fc.Arbitrary<Sent> = fc.oneof(
  fc.record({
    at: fc.integer({ min: 0, max: 600 }),
    functionName: fc.constant('f'),
    fates: fate('success', 'error', 'error', 'throttle', 'unavailable'),
  }),
  // Not throttled: a lane that is full of what hangs takes no more than one event a second.
  fc.record({
    at: fc.integer({ min: 0, max: 600 }),
    functionName: fc.constant('g'),
    fates: fate('success', 'error', 'hang'),
  }),
);
const run: fc.Arbitrary<Run> = fc.record({
  events: fc.array(sent, { minLength: 1, maxLength: 12 }),
  retries: fc.integer({ min: 0, max: 2 }),
  maxAge: fc.oneof(fc.integer({ min: 60, max: 400 }), fc.integer({ min: 60, max: 21_600 })),
  crashes: fc
    .array(fc.integer({ min: 0, max: 1_200 }), { maxLength: 5 })
    .map(all => all.sort((a, b) => a - b)),
});

describe('the queue of asynchronous events, whatever happens', () => {
  it('brings each to one end, by the rules', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(run, async given => {
        const queue = await openQueue(1_000);
        try {
          await simulate(queue, given);
          for (const [index, event] of given.events.entries()) {
            const id = `e${index}`;
            const { attempts, end } = expected(event, given);
            const began = queue.attempts
              .filter(({ request }) => request.requestId === id)
              .map(({ at, request }) => `${at} ${request.attempt!}`);
            assert.deepEqual(began, attempts, `attempts at ${id}`);
            assert.deepEqual(
              queue.ends
                .filter(ended => ended.event.requestId === id)
                .map(({ step }) => `${step.condition} ${step.attempts}`),
              [end],
              `the end of ${id}`,
            );
          }
          const counted = (name: string): number[] =>
            queue.metrics.filter(([metric]) => metric === name).map(([, value]) => value);
          assert.equal(counted('AsyncEventsReceived').length, given.events.length);
          assert.equal(counted('AsyncEventsDropped').length, given.events.length);
          assert.equal(
            counted('AsyncEventsDropped').reduce((sum, value) => sum + value, 0),
            queue.ends.filter(({ step }) => step.condition !== 'Success').length,
          );
          assert.ok([...queue.pending.values()].every(count => count === 0));
          assert.equal(queue.queue.rows.list(undefined, 1).length, 0);
        } finally {
          await queue.close();
        }
      }),
      { numRuns: 60 },
    );
  });
});
