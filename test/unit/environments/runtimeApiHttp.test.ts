import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { RuntimeApi } from '../../../src/host/environments/runtimeApi/runtimeApi.ts';
import type { RuntimeAnswer, RuntimeEvent } from '../../../src/host/environments/runtimeApi/runtimeStates.ts';
import { send, upgraded } from './runtimeClients.ts';

const NEXT = '/2018-06-01/runtime/invocation/next';
const RESPONSE = '/2018-06-01/runtime/invocation/one/response';
const event: RuntimeEvent = {
  requestId: 'one',
  deadlineMs: 5,
  invokedFunctionArn: 'arn',
  contentType: 'application/json',
  payload: Buffer.from('{}'),
};

describe('Runtime API over plain HTTP', () => {
  let api: RuntimeApi;
  let port: number;
  let answers: RuntimeAnswer[];
  let ready: Promise<void>;

  beforeEach(async () => {
    api = new RuntimeApi();
    answers = [];
    ready = new Promise(resolve => {
      api.owner = {
        ready: resolve,
        answered: answer => answers.push(answer),
        initFailed: () => undefined,
        looking: () => undefined,
        leftBehind: () => undefined,
        debugger: () => undefined,
      };
    });
    port = await api.listen({ address: '127.0.0.1' });
  });
  afterEach(() => api.close());

  async function running(): Promise<void> {
    const next = send(port, 'GET', NEXT);
    await ready;
    api.states.offer(event);
    await next;
  }

  it('answers with the exact bytes that clients compare', async () => {
    await running();
    const taken = await send(port, 'POST', RESPONSE, { body: '1' });
    assert.equal(taken.status, 202);
    assert.equal(taken.body, '{"status":"OK"}\n');
    assert.equal(taken.headers['content-type'], 'application/json');
    const refused = await send(port, 'POST', '/2018-06-01/runtime/invocation/two/response', { body: '1' });
    assert.equal(refused.body, '{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}\n');
  });

  it('leaves out the headers of what an event does not have', async () => {
    const next = send(port, 'GET', NEXT);
    await ready;
    api.states.offer(event);
    const { headers } = await next;
    assert.equal(headers['lambda-runtime-aws-request-id'], 'one');
    assert.equal(headers['lambda-runtime-deadline-ms'], '5');
    assert.equal(headers['lambda-runtime-invoked-function-arn'], 'arn');
    assert.equal(headers['content-type'], 'application/json');
    for (const name of ['trace-id', 'client-context', 'cognito-identity', 'aws-tenant-id']) {
      assert.equal(headers[`lambda-runtime-${name}`], undefined);
    }
  });

  it('takes chunked bodies with trailers on every POST, as the Go client sends them', async () => {
    await running();
    const headers = {
      'Transfer-Encoding': 'chunked',
      Trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
    };
    const { status } = await send(port, 'POST', RESPONSE, { headers, body: '{"a":1}', trailers: {} });
    assert.equal(status, 202);
    assert.equal(answers[0]?.payload.toString(), '{"a":1}');
    assert.equal(answers[0].isError, false);
  });

  it('takes the error of a stream that failed on its way from its trailers', async () => {
    await running();
    const error = '{"errorType":"Error","errorMessage":"half way","trace":[]}';
    const { status } = await send(port, 'POST', RESPONSE, {
      headers: {
        'Lambda-Runtime-Function-Response-Mode': 'streaming',
        'Transfer-Encoding': 'chunked',
        Trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
      },
      body: 'part',
      trailers: {
        'Lambda-Runtime-Function-Error-Type': 'Runtime.Broken',
        'Lambda-Runtime-Function-Error-Body': Buffer.from(error).toString('base64'),
      },
    });
    assert.equal(status, 202);
    assert.deepEqual(answers, [
      {
        payload: Buffer.from(error),
        contentType: 'application/json',
        isError: true,
        errorType: 'Runtime.Broken',
      },
    ]);
  });

  it('tells the caller of a body that ended early', async () => {
    await running();
    const answered = new Promise<void>(resolve => {
      const { owner } = api.states;
      api.owner = {
        ...owner,
        answered(answer) {
          answers.push(answer);
          resolve();
        },
      };
    });
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `POST ${RESPONSE} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 100\r\n\r\n{"half":`,
    );
    socket.end();
    await answered;
    assert.equal(answers[0]?.errorType, 'Runtime.TruncatedResponse');
    socket.destroy();
  });

  it('wakes every connection that waits for the same event', async () => {
    const first = send(port, 'GET', NEXT);
    await ready;
    const second = send(port, 'GET', NEXT);
    // The second one waits too as soon as a ping behind it is answered on a connection of its own.
    await send(port, 'GET', '/ping');
    api.states.offer(event);
    assert.equal((await first).headers['lambda-runtime-aws-request-id'], 'one');
    assert.equal((await second).headers['lambda-runtime-aws-request-id'], 'one');
  });

  it('answers what else is asked on this port', async () => {
    assert.deepEqual(
      await Promise.all(
        (
          [
            ['GET', '/ping'],
            ['PUT', '/2022-07-01/telemetry'],
            ['PUT', '/2020-08-15/logs'],
            ['POST', '/2020-01-01/extension/register'],
            ['GET', '/2018-06-01/runtime/restore/next'],
          ] as const
        ).map(async ([method, path]) => {
          const { status, body } = await send(port, method, path);
          return [path, status, body];
        }),
      ),
      [
        ['/ping', 200, 'pong'],
        ['/2022-07-01/telemetry', 404, ''],
        ['/2020-08-15/logs', 404, ''],
        ['/2020-01-01/extension/register', 404, ''],
        ['/2018-06-01/runtime/restore/next', 404, ''],
      ],
    );
  });

  it('outlives whoever asks for frames and resets the connection, allowed or not', async () => {
    for (const host of [`127.0.0.1:${port}`, 'elsewhere']) {
      for (let n = 0; n < 20; n++) {
        const socket = connect(port, '127.0.0.1');
        await new Promise(resolve => socket.once('connect', resolve));
        const head = `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: lamplight-frames\r\n\r\n`;
        await new Promise(resolve => socket.write(head, resolve));
        if (n % 2 === 1) await new Promise(setImmediate);
        socket.resetAndDestroy();
        await new Promise(resolve => socket.once('close', resolve));
      }
    }
    assert.equal((await send(port, 'GET', '/ping')).body, 'pong');
  });

  describe('refuses', () => {
    const cases: readonly [what: string, headers: Readonly<Record<string, string>>][] = [
      ['a page of a browser', { Origin: 'https://example.com' }],
      ['a navigation of a browser', { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Site': 'none' }],
      ['a name that was not handed out', { Host: 'rebound.example.com' }],
      ['its own address by another name', { Host: `localhost:1` }],
    ];
    for (const [what, headers] of cases) {
      it(what, async () => {
        const { status, body } = await send(port, 'GET', NEXT, { headers });
        assert.equal(status, 403);
        assert.match(body, /"errorType":"Forbidden"/);
        assert.equal(api.states.state, 'Started');
      });
    }

    it('no runtime that is written with fetch', async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/ping`);
      assert.deepEqual([answer.status, await answer.text()], [200, 'pong']);
    });

    it('a second connection that wants frames', async () => {
      const first = await upgraded(port);
      await assert.rejects(upgraded(port), /403 Forbidden/);
      first.destroy();
    });
  });
});

describe('Runtime API for a container', () => {
  it('serves the address that the engine names, once it is known', async () => {
    const api = new RuntimeApi();
    let tell: (address: string) => void = () => undefined;
    const allowFrom = new Promise<string>(resolve => (tell = resolve));
    const port = await api.listen({ address: '127.0.0.1', allowFrom, hostNames: ['host.docker.internal'] });
    const early = send(port, 'GET', '/ping', { headers: { Host: `host.docker.internal:${port}` } });
    tell('127.0.0.1');
    assert.equal((await early).status, 200);
    api.close();
  });

  it('refuses every other address', async () => {
    const api = new RuntimeApi();
    const port = await api.listen({ address: '127.0.0.1', allowFrom: '172.17.0.9' });
    assert.equal((await send(port, 'GET', '/ping')).status, 403);
    api.close();
  });
});
