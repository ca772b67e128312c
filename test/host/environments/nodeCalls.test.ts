/** What a Node.js handler sees and how it may answer (spec/execution-environment.md §6.1). */
import assert from 'node:assert/strict';
import type { Environment } from '../../../src/host/environments/environment.ts';
import { createHarness, invoke, type Harness } from './environmentHarness.ts';

describe('Node.js calls', () => {
  let harness: Harness;
  before(() => {
    harness = createHarness();
  });
  after(() => harness.close());

  const classic = (body: string, handler = 'index.handler'): Promise<Environment> =>
    harness.start({ 'index.js': body }, { runtime: 'nodejs22.x', handler });
  const current = (body: string): Promise<Environment> => harness.start({ 'index.js': body });

  describe('answers, nodejs22.x', () => {
    const answers: readonly [what: string, handler: string, result: unknown][] = [
      ['a promise', `async () => ({ a: 1 })`, { a: 1 }],
      ['a promise of nothing', `async () => undefined`, null],
      ['a value without a promise, when the loop is empty', `() => 5`, null],
      ['a callback', `(e, c, cb) => cb(null, 'x')`, 'x'],
      ['a late callback', `(e, c, cb) => { setTimeout(() => cb(null, 'late'), 20); }`, 'late'],
      ['context.succeed', `(e, c) => c.succeed('s')`, 's'],
      ['context.done', `(e, c) => c.done(null, 'd')`, 'd'],
      ['nothing at all', `() => { setTimeout(() => 1, 5); }`, null],
      ['the first of two callbacks', `(e, c, cb) => { cb(null, 1); cb(null, 2); }`, 1],
    ];
    for (const [what, handler, result] of answers) {
      it(what, async () => {
        const environment = await classic(`exports.handler = ${handler};`);
        const first = await invoke(environment);
        assert.deepEqual([first.result, first.answer.isError], [result, false]);
        assert.deepEqual((await invoke(environment)).result, result);
        await environment.stop('spindown');
      });
    }

    it('a callback waits until the event loop is empty, unless told not to', async () => {
      const environment = await classic(`
        let after = 0;
        exports.handler = (event, context, callback) => {
          context.callbackWaitsForEmptyEventLoop = event.waits;
          setTimeout(() => after++, 50);
          callback(null, null);
        };
        exports.after = async () => after;`);
      const waited = await invoke(environment, { waits: true });
      assert.ok(waited.phase.report.durationMs >= 49, String(waited.phase.report.durationMs));
      const hurried = await invoke(environment, { waits: false });
      assert.ok(hurried.phase.report.durationMs < 49, String(hurried.phase.report.durationMs));
      await environment.stop('spindown');
    });
  });

  describe('errors', () => {
    const failures: readonly [
      what: string,
      handler: string,
      errorType: string,
      errorMessage: string,
      trace: boolean,
    ][] = [
      ['an error', `async () => { throw new RangeError('far'); }`, 'RangeError', 'far', true],
      ['a string', `async () => { throw 'just text'; }`, 'string', 'just text', false],
      ['a number', `async () => { throw 7; }`, 'number', '7', false],
      ['an object', `async () => { throw { toString: () => 'thing' }; }`, 'object', 'thing', false],
      [
        'a named error',
        `async () => { const e = new Error('m'); e.name = 'Custom.Name'; throw e; }`,
        'Custom.Name',
        'm',
        true,
      ],
      ['a synchronous throw', `() => { throw new Error('at once'); }`, 'Error', 'at once', true],
      ['the character DEL', `async () => { throw new Error('a\\x7fb'); }`, 'Error', 'a%7Fb', true],
    ];
    for (const runtime of ['nodejs22.x', 'nodejs24.x']) {
      for (const [what, handler, errorType, errorMessage, trace] of failures) {
        it(`${what}, ${runtime}`, async () => {
          const environment = await harness.start(
            { 'index.js': `exports.handler = ${handler};` },
            { runtime },
          );
          const { answer, result, phase, requestId } = await invoke(environment);
          const body = result as { errorType: string; errorMessage: string; trace: string[] };
          assert.equal(answer.isError, true);
          assert.deepEqual(Object.keys(body), ['errorType', 'errorMessage', 'trace']);
          assert.deepEqual(
            [body.errorType, body.errorMessage, body.trace.length > 0],
            [errorType, errorMessage, trace],
          );
          assert.equal(answer.errorType, errorType);
          assert.equal(phase.status, 'error');
          assert.match(phase.log, new RegExp(`Z\\t${requestId}\\tERROR\\tInvoke Error \\t\\{"errorType":`));
          assert.doesNotMatch(phase.log, /Status: error/);
          await environment.stop('spindown');
        });
      }
    }

    it('a result that JSON does not know', async () => {
      const source = `exports.handler = async () => 10n;`;
      const v3 = await classic(source);
      const v4 = await current(source);
      const bodies = [(await invoke(v3)).result, (await invoke(v4)).result] as {
        errorType: string;
        errorMessage: string;
      }[];
      assert.deepEqual(
        bodies.map(body => [body.errorType, body.errorMessage]),
        [
          ['Error', 'Unable to stringify response body'],
          ['Runtime.JSONStringifyError', 'Unable to stringify response body'],
        ],
      );
    });

    it('an exception that nobody catches, and a rejection, end a v3 runtime after their report', async () => {
      const environment = await classic(`
        exports.handler = event => new Promise(() => {
          if (event.reject) Promise.reject(new Error('loose')); else setTimeout(() => { throw new TypeError('thrown'); }, 5);
        });`);
      const { result: thrown, phase } = await invoke(environment);
      assert.deepEqual([(thrown as { errorType: string }).errorType, phase.status], ['TypeError', 'error']);
      assert.match(
        phase.log,
        /ERROR\tUncaught Exception \t\{"errorType":"TypeError","errorMessage":"thrown","stack":\[/,
      );
      const again = await classic(
        `exports.handler = () => new Promise(() => { Promise.reject(new Error('loose')); });`,
      );
      const { result, phase: second } = await invoke(again, { reject: true });
      const { errorType, errorMessage } = result as { errorType: string; errorMessage: string };
      assert.deepEqual([errorType, errorMessage], ['Runtime.UnhandledPromiseRejection', 'Error: loose']);
      assert.match(
        second.log,
        /ERROR\tUnhandled Promise Rejection \t\{"errorType":"Runtime\.UnhandledPromiseRejection"/,
      );
    });

    it('a rejection that is loose when the module has loaded is an error of the init phase, v3', async () => {
      const environment = await classic(
        `Promise.reject(new Error('loose')); exports.handler = async () => 1;`,
      );
      const { result } = await invoke(environment);
      const { errorType, errorMessage } = result as { errorType: string; errorMessage: string };
      assert.deepEqual([errorType, errorMessage], ['Runtime.UnhandledPromiseRejection', 'Error: loose']);
    });

    it('a v4 runtime leaves them to Node.js, which ends with status 1', async () => {
      const environment = await current(
        `exports.handler = () => new Promise(() => { setTimeout(() => { throw new Error('thrown'); }, 5); });`,
      );
      const { result, requestId, phase } = await invoke(environment);
      assert.deepEqual(result, {
        errorType: 'Runtime.ExitError',
        errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: exit status 1`,
      });
      assert.match(phase.log, /Error: thrown/);
    });
  });

  it('gives the handler the whole context', async () => {
    const source = `exports.handler = async (event, context) => ({
      ...context, left: context.getRemainingTimeInMillis(), keys: Object.keys(context), trace: process.env._X_AMZN_TRACE_ID });`;
    const members = {
      traceId: 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1',
      clientContext: '{"custom":{"ü":1}}',
      cognitoIdentity: '{"cognitoIdentityId":"i"}',
    };
    for (const runtime of ['nodejs22.x', 'nodejs24.x']) {
      const environment = await harness.start(
        { 'index.js': source },
        { runtime, timeout: 9, memorySize: 256 },
      );
      const { result, requestId } = await invoke(environment, {}, members);
      const { left, keys, logStreamName, ...context } = result as Record<string, unknown> & {
        keys: string[];
      };
      assert.ok((left as number) > 8000 && (left as number) <= 9000, String(left));
      assert.match(String(logStreamName), /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
      const v3 = runtime === 'nodejs22.x';
      assert.deepEqual(context, {
        ...(v3 ? { callbackWaitsForEmptyEventLoop: true } : { xRayTraceId: members.traceId }),
        functionVersion: '$LATEST',
        functionName: 'orders',
        memoryLimitInMB: '256',
        logGroupName: '/aws/lambda/orders',
        clientContext: { custom: { ü: 1 } },
        identity: { cognitoIdentityId: 'i' },
        invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:orders',
        awsRequestId: requestId,
        trace: members.traceId,
      });
      assert.deepEqual(
        ['done', 'fail', 'succeed'].map(name => keys.includes(name)),
        [v3, v3, v3],
      );
      // The next event has no trace: the variable goes.
      assert.equal(((await invoke(environment)).result as { trace?: string }).trace, undefined);
      await environment.stop('spindown');
    }
  });

  it('writes console records as text with level and request id', async () => {
    const environment = await current(`
      console.log('at init');
      exports.handler = async () => {
        console.trace('t'); console.debug('d %s', 1); console.info({ a: 1 }); console.warn('w'); console.error('e\\nf');
      };`);
    const { phase, requestId } = await invoke(environment);
    const lines = phase.log
      .split('\n')
      .filter(line => line.includes('\t') && !line.startsWith('REPORT'))
      .map(line => line.replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/, 'TIME').replace(requestId, 'ID'));
    assert.deepEqual(lines, [
      'TIME\tID\tTRACE\tt',
      'TIME\tID\tDEBUG\td 1',
      'TIME\tID\tINFO\t{ a: 1 }',
      'TIME\tID\tWARN\tw',
      'TIME\tID\tERROR\te',
    ]);
    assert.ok(phase.log.includes('\te\nf\nEND'));
    const init = harness.logs.find(record => record.text.includes('at init'));
    assert.match(init?.text ?? '', /Z\t-\tINFO\tat init\n$/);
    assert.equal(init?.requestId, undefined);
    const record = harness.logs.find(each => each.text.includes('\te\nf\n'));
    assert.ok(record, 'a record of two lines is one record');
    await environment.stop('spindown');
  });

  it('writes console records as JSON and keeps to the level', async () => {
    const environment = await harness.start(
      {
        'index.js': `exports.handler = async () => {
          console.debug('hidden'); console.log('one'); console.log('two %d', 2, new RangeError('r')); console.error({ a: new Error('inner') });
        };`,
      },
      { logFormat: 'JSON', applicationLogLevel: 'INFO' },
    );
    const { phase, requestId } = await invoke(environment);
    const records = phase.log
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      records.map(record => record['type'] ?? record['level']),
      ['platform.start', 'INFO', 'INFO', 'ERROR', 'platform.report'],
    );
    const { timestamp, ...first } = records[1]!;
    assert.match(String(timestamp), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual(first, { level: 'INFO', requestId, message: 'one' });
    assert.equal(records[2]!['errorType'], 'RangeError');
    assert.equal(records[2]!['errorMessage'], 'r');
    assert.ok(Array.isArray(records[2]!['stackTrace']));
    assert.equal((records[3]!['message'] as { a: { errorMessage: string } }).a.errorMessage, 'inner');
    const report = records[4]!['record'] as {
      requestId: string;
      status: string;
      metrics: Record<string, number>;
    };
    assert.deepEqual([report.requestId, report.status], [requestId, 'success']);
    assert.deepEqual(Object.keys(report.metrics), [
      'durationMs',
      'billedDurationMs',
      'memorySizeMB',
      'maxMemoryUsedMB',
      'initDurationMs',
    ]);
    await environment.stop('spindown');
  });

  it('serves a streaming handler, buffered', async () => {
    const environment = await current(`
      const { Readable } = require('node:stream'); const { pipeline } = require('node:stream/promises');
      exports.handler = awslambda.streamifyResponse(async (event, stream) => {
        if (event.http) { const out = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { a: 'b' } }); out.write('body'); out.end(); return; }
        if (event.fail) { stream.write('part'); throw new Error('broken'); }
        await pipeline(Readable.from(['one ', 'two']), stream);
      });`);
    const plain = await invoke(environment);
    assert.equal(plain.answer.payload.toString(), 'one two');
    assert.equal(plain.answer.contentType, 'application/octet-stream');
    const http = await invoke(environment, { http: true });
    assert.equal(
      http.answer.payload.toString(),
      '{"statusCode":201,"headers":{"a":"b"}}\0\0\0\0\0\0\0\0body',
    );
    assert.equal(http.answer.contentType, 'application/vnd.awslambda.http-integration-response');
    const failed = await invoke(environment, { fail: true });
    assert.equal(failed.answer.isError, true);
    assert.equal((failed.result as { errorMessage: string }).errorMessage, 'broken');
    assert.equal((await invoke(environment)).answer.payload.toString(), 'one two');
    await environment.stop('spindown');
  });

  it('tells what goes on to @aws/lambda-invoke-store, from nodejs24.x on', async () => {
    const environment = await current(
      `exports.handler = async (event, context) => [awslambda.InvokeStore.getRequestId() === context.awsRequestId, awslambda.InvokeStore.hasContext()];`,
    );
    assert.deepEqual((await invoke(environment)).result, [true, true]);
    await environment.stop('spindown');
  });
});
