/** Streamed responses at the Runtime API: the same table over both transports (spec/execution-environment.md §1.4, §1.6). */
import assert from 'node:assert/strict';
import { RuntimeApi } from '../../../src/host/environments/runtimeApi/runtimeApi.ts';
import type { RuntimeAnswer } from '../../../src/host/environments/runtimeApi/runtimeStates.ts';
import { deferred, frameClient, httpClient, type RuntimeClient } from './runtimeClients.ts';

const id = 'b1cf4a92-8a3a-4a31-9c3e-d2a8c3b0a001';
const MEBIBYTE = Buffer.alloc(1024 * 1024, 'm');

for (const [transport, connectClient] of [
  ['HTTP', httpClient],
  ['frames', frameClient],
] as const) {
  describe(`streamed responses over ${transport}`, () => {
    let api: RuntimeApi;
    let client: RuntimeClient;
    let answers: RuntimeAnswer[];
    let ready: ReturnType<typeof deferred<void>>;
    /** What the caller got, and how much it takes before it says that it has enough. */
    let taken: { type: string | undefined; bytes: number; text: string; enough: number };
    let resume: () => void;
    let arrived: { readonly bytes: number; readonly resolve: () => void } | undefined;

    beforeEach(async () => {
      api = new RuntimeApi();
      answers = [];
      taken = { type: undefined, bytes: 0, text: '', enough: Infinity };
      ready = deferred();
      arrived = undefined;
      const owner = {
        ready: () => ready.resolve(),
        answered: (answer: RuntimeAnswer) => answers.push(answer),
        initFailed: () => undefined,
        debugger: () => undefined,
        looking: () => undefined,
        leftBehind: () => undefined,
        streaming(type: string, more: () => void) {
          taken.type = type;
          resume = more;
          return (chunk: Buffer) => {
            taken.bytes += chunk.length;
            if (taken.text.length < 100) taken.text += chunk.toString();
            if (arrived && taken.bytes >= arrived.bytes) arrived.resolve();
            return taken.bytes < taken.enough;
          };
        },
      };
      api.owner = owner;
      client = await connectClient(await api.listen({ address: '127.0.0.1' }));
      const next = client.next();
      await ready.promise;
      api.states.offer({
        requestId: id,
        deadlineMs: 1,
        invokedFunctionArn: 'arn',
        contentType: 'application/json',
        payload: Buffer.from('{}'),
      });
      await next;
    });
    afterEach(() => {
      client.close();
      api.close();
    });

    const whenTaken = (bytes: number): Promise<void> =>
      new Promise(resolve => {
        arrived = { bytes, resolve };
        if (taken.bytes >= bytes) resolve();
      });

    it('go on as they come, and end with what was kept of them', async () => {
      const stream = client.stream(id, { type: 'text/event-stream' });
      await stream.write('one ');
      await whenTaken(4);
      assert.deepEqual([taken.type, taken.text, answers.length], ['text/event-stream', 'one ', 0]);
      assert.equal(api.states.state, 'InvocationResponse');
      await stream.write('two');
      assert.deepEqual(await stream.end(), { status: 202 });
      assert.equal(taken.text, 'one two');
      assert.deepEqual(answers, [
        { payload: Buffer.from('one two'), contentType: 'text/event-stream', isError: false },
      ]);
      assert.equal(api.states.state, 'RuntimeResponseSentState');
    });

    it('are bytes where they name no type, and may be empty', async () => {
      assert.deepEqual(await client.stream(id).end(), { status: 202 });
      assert.deepEqual([taken.type, taken.bytes], ['application/octet-stream', 0]);
      assert.deepEqual(answers, [
        { payload: Buffer.alloc(0), contentType: 'application/octet-stream', isError: false },
      ]);
    });

    it('fail on their way by their trailers', async () => {
      const stream = client.stream(id);
      await stream.write('part');
      const errorBody = '{"errorType":"Error","errorMessage":"no"}';
      const result = await stream.end({
        errorType: 'Function.Broken',
        errorBody: Buffer.from(errorBody).toString('base64'),
      });
      assert.deepEqual(result, { status: 202 });
      assert.equal(taken.text, 'part');
      assert.deepEqual(answers, [
        {
          payload: Buffer.from(errorBody),
          contentType: 'application/json',
          isError: true,
          errorType: 'Function.Broken',
        },
      ]);
    });

    it('wait while their reader has enough, and lose nothing', async () => {
      taken.enough = 1;
      const stream = client.stream(id);
      let accepted = 0;
      const total = 32;
      const writing = (async () => {
        for (let index = 0; index < total; index++) {
          await stream.write(MEBIBYTE);
          accepted += 1;
        }
      })();
      await whenTaken(1);
      // What the reader said no to waits in the system's buffers, which hold some MiB and not 32.
      await new Promise<void>(resolve => {
        let before = -1;
        const look = setInterval(() => {
          if (accepted === before) {
            clearInterval(look);
            resolve();
          }
          before = accepted;
        }, 50);
      });
      assert.ok(accepted < total, `${accepted} of ${total} MiB were taken from the runtime`);
      assert.ok(
        taken.bytes < 4 * MEBIBYTE.length,
        `${taken.bytes} bytes were given to a reader that had enough`,
      );
      taken.enough = Infinity;
      resume();
      await writing;
      assert.deepEqual(await stream.end(), { status: 202 });
      assert.equal(taken.bytes, total * MEBIBYTE.length);
      // No more is kept than history holds, and a byte that tells of the rest.
      assert.equal(answers[0]?.payload.length, MEBIBYTE.length + 1);
    });

    it('are cut after 200 MiB, which runtime and caller are told', async () => {
      const stream = client.stream(id);
      for (let index = 0; index < 201; index++) await stream.write(MEBIBYTE);
      assert.deepEqual(await stream.end(), {
        status: 413,
        errorType: 'RequestEntityTooLarge',
        errorMessage: 'Exceeded maximum allowed payload size (209715200 bytes).',
      });
      assert.equal(taken.bytes, 209_715_201);
      assert.equal(answers[0]?.errorType, 'Function.ResponseSizeTooLarge');
      assert.equal(
        answers[0].payload.toString(),
        '{"errorMessage":"Response payload size exceeded maximum allowed payload size (209715200 bytes).","errorType":"Function.ResponseSizeTooLarge"}',
      );
      assert.equal(api.states.state, 'RuntimeResponseSentState');
    });

    it('are collected where their caller wants the whole, up to the limit of buffered ones', async () => {
      api.owner = { ...api.states.owner, streaming: () => undefined };
      const stream = client.stream(id);
      for (let index = 0; index < 7; index++) await stream.write(MEBIBYTE);
      assert.equal((await stream.end()).status, 413);
      assert.equal(answers[0]?.errorType, 'Function.ResponseSizeTooLarge');
      assert.equal(taken.bytes, 0);
    });

    it('refuse an error and a second response once they have begun', async () => {
      const stream = client.stream(id);
      await stream.write('part');
      await whenTaken(4);
      const other = await httpClient(api.port);
      const forbidden = (to: string): object => ({
        status: 403,
        errorType: 'InvalidStateTransition',
        errorMessage: `State transition from InvocationResponse to ${to} failed for runtime. Error: State transition is not allowed`,
      });
      assert.deepEqual(await other.fail(id, '{}'), forbidden('InvocationErrorResponse'));
      assert.deepEqual(await other.respond(id, '{}'), forbidden('InvocationResponse'));
      other.close();
      assert.deepEqual(await stream.end(), { status: 202 });
    });

    it('are refused at their end where the event was given up meanwhile', async () => {
      const stream = client.stream(id);
      await stream.write('part');
      await whenTaken(4);
      api.states.reset();
      assert.deepEqual(await stream.end(), {
        status: 400,
        errorType: 'InvalidRequestID',
        errorMessage: 'Invalid request ID',
      });
      assert.deepEqual(answers, []);
    });

    it('are refused at their beginning with the id of no event, or a mode that does not exist', async () => {
      assert.equal((await client.stream('of-no-event').end()).errorType, 'InvalidRequestID');
      assert.equal(
        (await client.stream(id, { mode: 'drops' }).end()).errorType,
        'InvalidFunctionResponseMode',
      );
      assert.deepEqual(
        answers.map(answer => answer.errorType),
        ['Runtime.InvalidResponseModeHeader'],
      );
    });
  });
}
