import assert from 'node:assert/strict';
import { RuntimeApi } from '../../../src/host/environments/runtimeApi/runtimeApi.ts';
import type { RuntimeAnswer, RuntimeEvent } from '../../../src/host/environments/runtimeApi/runtimeStates.ts';
import { frameClient, httpClient, type RuntimeClient } from './runtimeClients.ts';

const event: RuntimeEvent = {
  requestId: 'b1cf4a92-8a3a-4a31-9c3e-d2a8c3b0a001',
  deadlineMs: 1_700_000_003_000,
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:orders',
  traceId: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
  clientContext: '{"custom":{"täg":"ü"}}',
  cognitoIdentity: '{"cognitoIdentityId":"i","cognitoIdentityPoolId":"p"}',
  tenantId: 'blue',
  contentType: 'application/json',
  payload: Buffer.from('{"name":"Zoë"}'),
};
const invalidId = { status: 400, errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' };
const forbidden = (from: string, to: string) => ({
  status: 403,
  errorType: 'InvalidStateTransition',
  errorMessage: `State transition from ${from} to ${to} failed for runtime. Error: State transition is not allowed`,
});

for (const [transport, connectClient] of [
  ['HTTP', httpClient],
  ['frames', frameClient],
] as const) {
  describe(`Runtime API over ${transport}`, () => {
    let api: RuntimeApi;
    let client: RuntimeClient;
    let answers: RuntimeAnswer[];
    let initErrors: RuntimeAnswer[];
    let readied: () => void;
    let readyCount: number;

    /** Resolves with the next time that the runtime asks for an event. */
    const whenReady = (): Promise<void> => new Promise(resolve => (readied = resolve));

    beforeEach(async () => {
      api = new RuntimeApi();
      answers = [];
      initErrors = [];
      readyCount = 0;
      readied = () => undefined;
      api.owner = {
        ready() {
          readyCount += 1;
          readied();
        },
        answered: answer => answers.push(answer),
        initFailed: answer => initErrors.push(answer),
        debugger: () => undefined,
        looking: () => undefined,
        leftBehind: () => undefined,
      };
      client = await connectClient(await api.listen({ address: '127.0.0.1' }));
    });
    afterEach(() => {
      client.close();
      api.close();
    });

    /** The runtime has the event in its hands. */
    async function running(): Promise<void> {
      const ready = whenReady();
      const next = client.next();
      await ready;
      api.states.offer(event);
      await next;
    }

    it('takes the first request as the end of the init phase and hands the event over whole', async () => {
      const ready = whenReady();
      const next = client.next();
      await ready;
      assert.equal(api.states.state, 'Ready');
      api.states.offer(event);
      assert.deepEqual(await next, {
        status: 200,
        id: event.requestId,
        deadline: event.deadlineMs,
        arn: event.invokedFunctionArn,
        trace: event.traceId,
        client: event.clientContext,
        cognito: event.cognitoIdentity,
        tenant: event.tenantId,
        body: '{"name":"Zoë"}',
      });
      assert.equal(api.states.state, 'Running');
    });

    it('hands the same event again to a runtime that asks while it runs', async () => {
      await running();
      assert.equal((await client.next()).id, event.requestId);
      assert.equal(readyCount, 1);
    });

    it('takes a response, and the next request as the end of the phase', async () => {
      await running();
      assert.deepEqual(await client.respond(event.requestId, '{"ok":true}', { type: 'text/x-special' }), {
        status: 202,
      });
      assert.equal(api.states.state, 'RuntimeResponseSentState');
      assert.deepEqual(answers, [
        { payload: Buffer.from('{"ok":true}'), contentType: 'text/x-special', isError: false },
      ]);
      const ready = whenReady();
      void client.next();
      await ready;
      assert.equal(readyCount, 2);
      assert.equal(api.states.state, 'Ready');
    });

    it('has JSON as the type of a response that names none, bytes where it streams', async () => {
      await running();
      await client.respond(event.requestId, '1');
      const ready = whenReady();
      const next = client.next();
      await ready;
      api.states.offer({ ...event, requestId: 'second' });
      await next;
      await client.respond('second', 'abc', { mode: 'streaming' });
      assert.deepEqual(
        answers.map(answer => answer.contentType),
        ['application/json', 'application/octet-stream'],
      );
    });

    it('takes an error with its category and leaves its body alone', async () => {
      await running();
      const body = '{"errorType": "Error",  "errorMessage":"no"}';
      assert.deepEqual(await client.fail(event.requestId, body, { category: 'Function.NoSuchThing' }), {
        status: 202,
      });
      assert.equal(answers[0]?.isError, true);
      assert.equal(answers[0].errorType, 'Function.NoSuchThing');
      assert.equal(answers[0].payload.toString(), body);
    });

    for (const [category, kept] of [
      ['Runtime.UnhandledPromiseRejection', 'Runtime.UnhandledPromiseRejection'],
      ['Function.x', 'Function.Unknown'],
      ['Error', 'Runtime.Unknown'],
      ['Runtime.With Space', 'Runtime.Unknown'],
      [undefined, 'Runtime.Unknown'],
    ] as const) {
      it(`keeps the category ${String(category)} as ${kept}`, async () => {
        await running();
        await client.fail(event.requestId, '{}', category === undefined ? {} : { category });
        assert.equal(answers[0]?.errorType, kept);
      });
    }

    it('serves the rest of an error that carries its cause', async () => {
      await running();
      const body = '{"errorMessage":"m","errorType":"T","stackTrace":["s"],"errorCause":{"exceptions":[]}}';
      await client.fail(event.requestId, body, { type: 'application/vnd.aws.lambda.error.cause+json' });
      assert.equal(answers[0]?.payload.toString(), '{"errorMessage":"m","errorType":"T","stackTrace":["s"]}');
      assert.equal(answers[0].contentType, 'application/json');
    });

    it('says so where such an error cannot be read', async () => {
      await running();
      await client.fail(event.requestId, 'nope', { type: 'application/vnd.aws.lambda.error.cause+json' });
      assert.equal(answers[0]?.payload.toString(), '"Invalid error body"');
      assert.equal(answers[0].contentType, 'application/octet-stream');
    });

    it('refuses the id of another event before it looks at the state', async () => {
      assert.deepEqual(await client.respond('of-no-event', '{}'), invalidId);
      await running();
      assert.deepEqual(await client.respond('of-no-event', '{}'), invalidId);
      assert.deepEqual(await client.fail('of-no-event', '{}'), invalidId);
      assert.equal(api.states.state, 'Running');
      assert.deepEqual(answers, []);
    });

    it('refuses a second answer to the same event', async () => {
      await running();
      await client.respond(event.requestId, '{}');
      assert.deepEqual(
        await client.respond(event.requestId, '{}'),
        forbidden('RuntimeResponseSentState', 'InvocationResponse'),
      );
      assert.deepEqual(
        await client.fail(event.requestId, '{}'),
        forbidden('RuntimeResponseSentState', 'InvocationErrorResponse'),
      );
      assert.equal(answers.length, 1);
    });

    it('refuses the answer to an event of the phase before', async () => {
      await running();
      await client.respond(event.requestId, '{}');
      const ready = whenReady();
      void client.next();
      await ready;
      const other = await connectClientAgain();
      assert.deepEqual(await other.respond(event.requestId, '{}'), invalidId);
      other.close();
    });

    it('refuses a late answer after a reset', async () => {
      await running();
      api.states.reset();
      assert.deepEqual(await client.respond(event.requestId, '{}'), invalidId);
    });

    it('keeps an init error, after which nothing is allowed', async () => {
      const body = '{"errorType":"Runtime.ImportModuleError","errorMessage":"m","trace":[]}';
      assert.deepEqual(await client.failInit(body, { category: 'Runtime.ImportModuleError' }), {
        status: 202,
      });
      assert.equal(initErrors[0]?.payload.toString(), body);
      assert.equal(initErrors[0].errorType, 'Runtime.ImportModuleError');
      assert.deepEqual(await client.failInit(body), forbidden('InitError', 'InitError'));
      assert.deepEqual(await client.next(), forbidden('InitError', 'Ready'));
    });

    it('refuses an init error after the init phase', async () => {
      await running();
      assert.deepEqual(await client.failInit('{}'), forbidden('Running', 'InitError'));
    });

    it('takes the largest response, and tells runtime and caller of one that is larger', async () => {
      await running();
      assert.deepEqual(await client.respond(event.requestId, Buffer.alloc(6_291_556, 32)), { status: 202 });
      assert.equal(answers[0]?.payload.length, 6_291_556);
      const ready = whenReady();
      const next = client.next();
      await ready;
      api.states.offer({ ...event, requestId: 'large' });
      await next;
      assert.deepEqual(await client.respond('large', Buffer.alloc(7_000_000, 32)), {
        status: 413,
        errorType: 'RequestEntityTooLarge',
        errorMessage: 'Exceeded maximum allowed payload size (6291556 bytes).',
      });
      assert.equal(
        answers[1]?.payload.toString(),
        '{"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"}',
      );
      assert.equal(answers[1].isError, true);
      assert.equal(api.states.state, 'RuntimeResponseSentState');
    });

    it('refuses a response mode that does not exist, and tells the caller by an empty error', async () => {
      await running();
      assert.deepEqual(await client.respond(event.requestId, '{}', { mode: 'buffered' }), {
        status: 400,
        errorType: 'InvalidFunctionResponseMode',
        errorMessage: 'Invalid function response mode',
      });
      assert.equal(answers[0]?.payload.length, 0);
      assert.equal(answers[0].errorType, 'Runtime.InvalidResponseModeHeader');
      assert.deepEqual(await client.next(), forbidden('InvocationResponse', 'Ready'));
    });

    /** A second connection of the same runtime: frames take one only, so it speaks HTTP. */
    function connectClientAgain(): Promise<RuntimeClient> {
      return httpClient(api.port);
    }
  });
}
