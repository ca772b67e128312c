/** What holds of FIFO queues, whatever is sent, received, forgotten and deleted when. */
import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import type { Queue } from '../../../../src/host/services/sqs/queueTable.ts';
import type { ReceivedMessage } from '../../../../src/host/services/sqs/receiveMessages.ts';
import { manualClock, type ManualClock } from '../../../helpers/manualClock.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { openQueues } from './sqsFixture.ts';

describe('FIFO queues', () => {
  let folder: TemporaryFolder;
  let clock: ManualClock;
  let host: ReturnType<typeof openQueues>;
  let queue: Queue;
  let made = 0;
  before(async () => {
    folder = await temporaryFolder('fifo');
    clock = manualClock();
    host = openQueues(path.join(folder.path, 'lamplight.db'), clock);
  });
  after(async () => {
    host.close();
    await folder.remove();
  });
  const fresh = (attributes: Readonly<Record<string, string>> = {}): Queue =>
    host.queues.table.create(
      { name: `q${made++}.fifo`, isFifo: true, attributes: { FifoQueue: 'true', ...attributes }, tags: {} },
      clock.serviceNow(),
    );
  beforeEach(() => {
    queue = fresh({ ContentBasedDeduplication: 'true' });
  });

  const send = (body: string, groupId = 'g', deduplicationId?: string) =>
    host.queues.send(queue, { body, groupId, ...(deduplicationId && { deduplicationId }) }, 'me');
  const receive = (max = 10, visibilityTimeout?: number): Promise<ReceivedMessage[]> =>
    host.queues.receive(queue, { max, visibilityTimeout });
  const bodies = (messages: readonly ReceivedMessage[]) => messages.map(({ body }) => body);
  const remove = (message: ReceivedMessage): void => host.queues.delete(queue, message.receiptHandle);

  it('give one group after the other, each in order', async () => {
    for (const [body, group] of ['a1', 'b1', 'a2', 'c1', 'b2', 'a3'].map(body => [body, body[0]!] as const))
      send(body, group);
    assert.deepEqual(bodies(await receive(4)), ['a1', 'a2', 'a3', 'b1']);
    assert.deepEqual(bodies(await receive()), ['c1'], 'b2 waits for b1');
  });

  it('hold a group up from the first message on that is in flight', async () => {
    // Recorded from AWS: what stands before it can be received.
    for (const position of [0, 1, 2]) {
      queue = fresh({ ContentBasedDeduplication: 'true' });
      for (const body of ['foo', 'bar', 'baz']) send(body);
      const received = await receive(5, 1);
      assert.deepEqual(bodies(received), ['foo', 'bar', 'baz']);
      host.queues.changeVisibility(queue, received[position]!.receiptHandle, 4);
      clock.advance(2_500);
      assert.deepEqual(bodies(await receive(5)), ['foo', 'bar', 'baz'].slice(0, position));
    }
  });

  it('go on with a group when what was received of it is deleted', async () => {
    for (const body of ['one', 'two', 'three']) send(body);
    const [one, two] = await receive(2);
    remove(one!);
    assert.deepEqual(bodies(await receive()), []);
    const waiting = host.queues.receive(queue, { max: 10, waitMs: 20_000 });
    remove(two!);
    assert.deepEqual(bodies(await waiting), ['three']);
  });

  it('take nothing from a handle that has expired', async () => {
    send('one');
    const [first] = await receive(1, 5);
    clock.advance(5_000);
    assert.throws(() => remove(first!), {
      message: `Value ${first!.receiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
    });
    const [second] = await receive(1, 5);
    assert.throws(() => remove(first!), /The receipt handle has expired/);
    remove(second!);
    assert.deepEqual(host.queues.counts(queue), { visible: 0, inFlight: 0, delayed: 0 });
  });

  it('take the same message once in five minutes, also when it has been deleted', async () => {
    const sent = send('same');
    remove((await receive())[0]!);
    assert.deepEqual(send('same', 'other'), sent);
    assert.deepEqual(bodies(await receive()), []);
    clock.advance(5 * 60_000 - 1);
    assert.equal(send('same').messageId, sent.messageId);
    clock.advance(1);
    const later = send('same');
    assert.notEqual(later.messageId, sent.messageId);
    assert.ok(later.sequenceNumber! > sent.sequenceNumber!);
    assert.deepEqual(bodies(await receive()), ['same']);
  });

  it('count ids by group where they are told to', async () => {
    queue = fresh({ DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' });
    send('one', 'a', 'id');
    send('two', 'b', 'id');
    send('three', 'a', 'id');
    assert.deepEqual(bodies(await receive()), ['one', 'two']);
  });

  it('need a group, and an id where the content is not one', () => {
    queue = fresh();
    assert.throws(() => host.queues.send(queue, { body: 'x', deduplicationId: 'y' }, 'me'), {
      code: 'MissingRequiredParameterException',
      message: 'The request must contain the parameter MessageGroupId.',
    });
    assert.throws(() => send('x'), {
      message:
        'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    });
    assert.throws(
      () => host.queues.send(queue, { body: 'x', groupId: 'g', deduplicationId: 'y', delaySeconds: 2 }, 'me'),
      {
        message:
          'Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.',
      },
    );
  });

  it('let a new delay count for what waits', async () => {
    queue = fresh({ ContentBasedDeduplication: 'true', DelaySeconds: '100' });
    send('one');
    assert.deepEqual(bodies(await receive()), []);
    const after = host.queues.table.update(queue, {
      attributes: { ...queue.attributes, DelaySeconds: '10' },
    });
    host.queues.attributesChanged(queue, after);
    clock.advance(10_000);
    assert.deepEqual(bodies(await receive()), ['one']);
  });

  const GROUPS = ['a', 'b', 'c'];
  const step = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('send' as const), group: fc.constantFrom(...GROUPS) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('receive' as const),
        max: fc.integer({ min: 1, max: 10 }),
        timeout: fc.integer({ min: 0, max: 20 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), which: fc.nat() }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('hide' as const),
        which: fc.nat(),
        seconds: fc.integer({ min: 0, max: 20 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 30 }) }),
    },
  );

  it('never give a message before an earlier one of its group, nor one that is in flight, and lose none', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async steps => {
        queue = fresh({ ContentBasedDeduplication: 'true' });
        /** What is there, by group in order, and until when it is hidden. */
        const there = new Map<string, { body: string; until: number }[]>(GROUPS.map(group => [group, []]));
        const held: ReceivedMessage[] = [];
        let number = 0;
        const find = (body: string) => there.get(body[0]!)!.find(one => one.body === body);
        for (const one of steps) {
          const now = clock.serviceNow();
          if (one.kind === 'send') {
            const body = `${one.group}${number++}`;
            send(body, one.group);
            there.get(one.group)!.push({ body, until: 0 });
          } else if (one.kind === 'receive') {
            const expected = new Map(
              [...there].map(([group, all]) => {
                const hidden = all.findIndex(({ until }) => until > now);
                return [group, all.slice(0, hidden < 0 ? undefined : hidden).map(({ body }) => body)];
              }),
            );
            const received = await receive(one.max, one.timeout);
            const available = [...expected.values()].flat().length;
            assert.equal(received.length, Math.min(one.max, available));
            for (const [group, ready] of expected) {
              const ofGroup = bodies(received).filter(body => body.startsWith(group));
              assert.deepEqual(ofGroup, ready.slice(0, ofGroup.length), 'the first ones, in order');
            }
            for (const message of received) find(message.body)!.until = now + one.timeout * 1_000;
            held.push(...received);
          } else if (one.kind === 'wait') {
            clock.advance(one.seconds * 1_000);
          } else if (held.length > 0) {
            const message = held[one.which % held.length]!;
            const known = find(message.body);
            const isLast = held.findLast(({ id }) => id === message.id) === message;
            const mayChange = known !== undefined && known.until > now && isLast;
            if (one.kind === 'delete') {
              if (mayChange || known === undefined) remove(message);
              else assert.throws(() => remove(message), /expired/);
              if (mayChange) {
                const all = there.get(message.body[0]!)!;
                all.splice(all.indexOf(known), 1);
              }
            } else if (mayChange) {
              host.queues.changeVisibility(queue, message.receiptHandle, one.seconds);
              known.until = now + one.seconds * 1_000;
            } else {
              assert.throws(() => host.queues.changeVisibility(queue, message.receiptHandle, one.seconds));
            }
          }
        }
        const left = [...there.values()].flat();
        const { visible, inFlight } = host.queues.counts(queue);
        assert.equal(visible + inFlight, left.length);
        assert.equal(inFlight, left.filter(({ until }) => until > clock.serviceNow()).length);
        host.queues.table.delete(queue);
      }),
      { numRuns: 200 },
    );
  });
});
