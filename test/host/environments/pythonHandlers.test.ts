/** Python handlers: AWS's client's behaviour (spec/execution-environment.md §6.2). Runs on whatever Python 3 is here. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Environment } from '../../../src/host/environments/environment.ts';
import { createHarness, invoke, type Harness } from './environmentHarness.ts';

interface Body {
  readonly errorMessage: string;
  readonly errorType: string;
  readonly requestId: string;
  readonly stackTrace: string[];
}

describe('Python handlers', () => {
  let harness: Harness;
  before(() => {
    harness = createHarness();
  });
  after(() => harness.close());

  const runtime = process.env['LAMPLIGHT_TEST_PYTHON_RUNTIME'] ?? 'python3.13';
  const start = (source: string, overrides = {}): Promise<Environment> =>
    harness.start({ 'app.py': source }, { runtime, handler: 'app.handler', ...overrides });

  it('answers, stays warm, and writes no bytecode into the user’s folder', async () => {
    const environment = await harness.start(
      {
        'app.py':
          'import other\ncalls = 0\ndef handler(event, context):\n    global calls\n    calls += 1\n    return {"event": event, "calls": calls}',
        'other.py': '',
      },
      { runtime, handler: 'app.handler' },
    );
    assert.deepEqual((await invoke(environment, { ä: 1 })).result, { event: { ä: 1 }, calls: 1 });
    const { answer } = await invoke(environment, [1, 'ü']);
    // Up to python3.11 AWS escapes what is not ASCII.
    const ascii = Number(runtime.split('.')[1]) < 12;
    assert.equal(answer.payload.toString(), `{"event": [1, "${ascii ? '\\u00fc' : 'ü'}"], "calls": 2}`);
    assert.equal(answer.contentType, 'application/json');
    const { code } = environment.spec;
    assert.ok(code.kind === 'folder' && !existsSync(path.join(code.root, '__pycache__')));
    await environment.stop('spindown');
  });

  for (const [handler, files] of [
    ['src/app.handler', { 'src/app.py': 'def handler(e, c): return "found"' }],
    ['src.app.handler', { 'src/__init__.py': '', 'src/app.py': 'def handler(e, c): return "found"' }],
  ] as const) {
    it(`finds ${handler}`, async () => {
      const environment = await harness.start(files, { runtime, handler });
      assert.equal((await invoke(environment)).result, 'found');
      await environment.stop('spindown');
    });
  }

  const refused: readonly [
    what: string,
    handler: string,
    source: string,
    errorType: string,
    message: RegExp,
  ][] = [
    [
      'no dot',
      'handler',
      '',
      'Runtime.MalformedHandlerName',
      /^Bad handler 'handler': not enough values to unpack \(expected 2, got 1\)$/,
    ],
    [
      'a built-in module',
      'sys.exit',
      '',
      'Runtime.BuiltInModuleConflict',
      /^Cannot use built-in module sys as a handler module$/,
    ],
    [
      'a module that is not there',
      'absent.handler',
      '',
      'Runtime.ImportModuleError',
      /^Unable to import module 'absent': No module named 'absent'$/,
    ],
    [
      'a dependency that is not there',
      'app.handler',
      'import nowhere',
      'Runtime.ImportModuleError',
      /^Unable to import module 'app': No module named 'nowhere'$/,
    ],
    [
      'a syntax error',
      'app.handler',
      'def handler(:',
      'Runtime.UserCodeSyntaxError',
      /^Syntax error in module 'app': .*\(app\.py, line 1\)$/,
    ],
    [
      'a function that is not there',
      'app.other',
      '',
      'Runtime.HandlerNotFound',
      /^Handler 'other' missing on module 'app'$/,
    ],
    ['a module that raises', 'app.handler', 'raise ValueError("no")', 'ValueError', /^no$/],
  ];
  for (const [what, handler, source, errorType, message] of refused) {
    it(`refuses ${what}`, async () => {
      const environment = await harness.start({ 'app.py': source }, { runtime, handler });
      const { answer, result, phase } = await invoke(environment);
      const body = result as Body;
      assert.equal(answer.isError, true);
      assert.deepEqual(Object.keys(body), ['errorMessage', 'errorType', 'requestId', 'stackTrace']);
      assert.deepEqual([body.errorType, body.requestId], [errorType, '']);
      assert.match(body.errorMessage, message);
      assert.match(phase.log, /^\[WARNING\]\t.*Z\t\tLAMBDA_WARNING: Unhandled exception\. /m);
      // Once for each start of the runtime: that of the init phase, and that within the event (suppressed init), as on AWS.
      assert.equal(phase.log.match(/LAMBDA_WARNING/g)?.length, 1);
      const told = harness.logs.filter(
        ({ environmentId, text }) => environmentId === environment.id && text.includes('LAMBDA_WARNING'),
      );
      assert.equal(told.length, 2);
      assert.match(phase.log, new RegExp(`^\\[ERROR\\] ${errorType.replace('.', '\\.')}: `, 'm'));
      await environment.stop('spindown');
    });
  }

  it('reports an exception with the user’s own frames', async () => {
    const environment = await start('def deep():\n    raise KeyError("k")\ndef handler(e, c):\n    deep()');
    const { result, requestId, phase } = await invoke(environment);
    const body = result as Body;
    assert.deepEqual([body.errorMessage, body.errorType, body.requestId], ["'k'", 'KeyError', requestId]);
    assert.deepEqual(
      body.stackTrace.map(frame => frame.replace(/".*app\.py"/, '"app.py"')),
      [
        '  File "app.py", line 4, in handler\n    deep()\n',
        '  File "app.py", line 2, in deep\n    raise KeyError("k")\n',
      ],
    );
    assert.match(
      phase.log,
      /\[ERROR\] KeyError: 'k'\nTraceback \(most recent call last\):\n\u00a0\u00a0File ".*app\.py", line 4, in handler\n\u00a0\u00a0\u00a0\u00a0deep\(\)\n/,
    );
    await environment.stop('spindown');
  });

  const results: readonly [what: string, source: string, payload: string][] = [
    [
      'a Decimal',
      'from decimal import Decimal\ndef handler(e, c): return {"a": Decimal("1.10"), "b": [Decimal("3")]}',
      '{"a": 1.10, "b": [3]}',
    ],
    [
      'a named tuple',
      'from collections import namedtuple\nP = namedtuple("P", "x y")\ndef handler(e, c): return [P(1, 2)]',
      '[{"x": 1, "y": 2}]',
    ],
    ['None', 'def handler(e, c): return None', 'null'],
    ['not a number', 'def handler(e, c): return float("nan")', 'NaN'],
  ];
  for (const [what, source, payload] of results) {
    it(`writes ${what} as AWS's client does`, async () => {
      const environment = await start(source);
      assert.equal((await invoke(environment)).answer.payload.toString(), payload);
      await environment.stop('spindown');
    });
  }

  it('returns bytes as they are', async () => {
    const environment = await start('def handler(e, c): return bytes([0, 255])');
    const { answer } = await invoke(environment);
    assert.deepEqual([...answer.payload], [0, 255]);
    assert.equal(answer.contentType, 'application/unknown');
    await environment.stop('spindown');
  });

  for (const [what, value, message] of [
    ['a set', '{1}', 'Unable to marshal response: Object of type set is not JSON serializable'],
    [
      'a circle',
      '(lambda d: d.update(a=d, b=d) or d)({})',
      'Unable to marshal response: Circular reference detected',
    ],
  ] as const) {
    it(`refuses ${what} as a result`, async () => {
      const environment = await start(`def handler(e, c): return ${value}`);
      const { result, requestId } = await invoke(environment);
      assert.deepEqual(result, {
        errorMessage: message,
        errorType: 'Runtime.MarshalError',
        requestId,
        stackTrace: [],
      });
      await environment.stop('spindown');
    });
  }

  it('gives the handler the whole context', async () => {
    const environment = await start(
      `
import os
def handler(event, context):
    left = context.get_remaining_time_in_millis()
    return {
        "left": 4000 < left <= 5000, "id": context.aws_request_id, "name": context.function_name, "version": context.function_version,
        "arn": context.invoked_function_arn, "memory": context.memory_limit_in_mb, "group": context.log_group_name,
        "stream": context.log_stream_name, "identity": context.identity.cognito_identity_id,
        "custom": context.client_context.custom, "title": context.client_context.client.app_title, "trace": os.environ.get("_X_AMZN_TRACE_ID"),
    }`,
      { timeout: 5 },
    );
    const { result, requestId } = await invoke(
      environment,
      {},
      {
        traceId: 'Root=1-a',
        clientContext: '{"custom":{"k":"v"},"client":{"app_title":"t"}}',
        cognitoIdentity: '{"cognitoIdentityId":"i"}',
      },
    );
    const { stream, ...context } = result as { stream: string };
    assert.match(stream, /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
    assert.deepEqual(context, {
      left: true,
      id: requestId,
      name: 'orders',
      version: '$LATEST',
      arn: environment.spec.functionArn,
      memory: '512',
      group: '/aws/lambda/orders',
      identity: 'i',
      custom: { k: 'v' },
      title: 't',
      trace: 'Root=1-a',
    });
    await environment.stop('spindown');
  });

  it('keeps prints and log records in their order, and a record of two lines in one piece', async () => {
    const environment = await start(`
import logging, sys
logging.basicConfig(format="ignored")
log = logging.getLogger("my")
def handler(event, context):
    print("one"); log.warning("two\\nlines"); print("three"); log.info("hidden"); context.log("four"); sys.stderr.write("five\\n"); print("naïve ✓")`);
    const { phase, requestId } = await invoke(environment);
    const body = phase.log.slice(phase.log.indexOf('\n') + 1, phase.log.indexOf('END'));
    const stdout = body.replace('five\n', '').replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/, 'TIME');
    assert.equal(stdout, `one\n[WARNING]\tTIME\t${requestId}\ttwo\nlines\nthree\nfour\nnaïve ✓\n`);
    assert.ok(body.includes('five\n'));
    assert.ok(harness.logs.some(record => record.text.endsWith('\ttwo\nlines\n')));
    await environment.stop('spindown');
  });

  it('logs JSON', async () => {
    const environment = await start(
      `
import logging
log = logging.getLogger("my")
def handler(event, context):
    log.debug("hidden"); log.info("hällo", extra={"order": 7})
    try: 1 / 0
    except ZeroDivisionError: log.exception("bad")`,
      { logFormat: 'JSON', applicationLogLevel: 'INFO' },
    );
    const { phase, requestId } = await invoke(environment);
    const records = phase.log
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>);
    const { timestamp, ...info } = records[1]!;
    assert.match(String(timestamp), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.deepEqual(info, { level: 'INFO', message: 'hällo', logger: 'my', requestId, order: 7 });
    const bad = records[2]!;
    assert.deepEqual(
      [bad['level'], bad['errorType'], bad['errorMessage']],
      ['ERROR', 'ZeroDivisionError', 'division by zero'],
    );
    assert.match(String(bad['location']), /app\.py:handler:\d+$/);
    await environment.stop('spindown');
  });

  for (const [what, statement, message] of [
    ['sys.exit(0)', 'sys.exit(0)', 'Runtime exited without providing a reason'],
    ['sys.exit(4)', 'sys.exit(4)', 'Runtime exited with error: exit status 4'],
  ] as const) {
    it(`answers for a handler that calls ${what}`, async () => {
      const environment = await start(`import sys\ndef handler(e, c): ${statement}`);
      const { result, requestId } = await invoke(environment);
      assert.deepEqual(result, {
        errorType: 'Runtime.ExitError',
        errorMessage: `RequestId: ${requestId} Error: ${message}`,
      });
      await environment.stop('spindown');
    });
  }

  it('times out a handler that ignores SIGTERM', async () => {
    const environment = await start(
      'import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ndef handler(e, c):\n    while True: time.sleep(1)',
      { timeout: 1 },
    );
    assert.equal((await invoke(environment)).answer.errorType, 'Sandbox.Timedout');
    await environment.stop('spindown');
  });
});
