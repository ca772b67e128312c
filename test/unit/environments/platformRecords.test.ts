import assert from 'node:assert/strict';
import type { EnvironmentSpec } from '../../../src/host/environments/environment.ts';
import { applicationFilter } from '../../../src/host/environments/life/applicationLevel.ts';
import { InvocationRun } from '../../../src/host/environments/life/invocationRun.ts';
import { PlatformRecords } from '../../../src/host/environments/life/platformRecords.ts';
import { eventText, type PlatformEvent } from '../../../src/host/environments/telemetry/platformEvents.ts';
import { isoTime } from '../../../src/host/environments/telemetry/isoTime.ts';
import { manualClock } from '../../helpers/manualClock.ts';

const spec = {
  functionName: 'orders',
  functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:orders',
  version: '7',
  initType: 'on-demand',
  logFormat: 'Text',
  memorySize: 256,
} as EnvironmentSpec;
const traceId = 'Root=1-6352a70e-1e2c502e358361800241fd45;Parent=35465b3a9e2f7c6a;Sampled=1';
const report = { durationMs: 1.234, billedMs: 102, memorySizeMb: 128, maxMemoryUsedMb: 30, initMs: 100 };
const { initMs: _, ...warm } = report;

interface Told {
  readonly records: PlatformRecords;
  /** Lines of the log. */
  readonly lines: string[];
  /** What a subscriber got. */
  readonly events: string[];
}

function tell(overrides: Partial<EnvironmentSpec>, isSubscribed = true): Told {
  const lines: string[] = [];
  const events: string[] = [];
  const clock = manualClock(Date.UTC(2024, 4, 20, 16, 29, 45, 22));
  const records = new PlatformRecords({
    spec: { ...spec, ...overrides },
    clock,
    logStream: '2024/05/20/[7]abc',
    log: {
      platform(text) {
        if (text !== '') lines.push(text);
      },
      flush: () => undefined,
    },
    listener: {
      active: isSubscribed,
      platform: (time: number, event: PlatformEvent) => void events.push(eventText(time, event)),
    },
  });
  return { records, lines, events };
}

function runOf(traced = false): InvocationRun {
  const run = new InvocationRun(
    {
      requestId: 'ID',
      payload: Buffer.alloc(0),
      invokedFunctionArn: spec.functionArn,
      ...(traced ? { traceId } : {}),
    },
    true,
    false,
  );
  const end = Date.UTC(2024, 4, 20, 16, 29, 45, 22);
  Object.assign(run.marks, {
    dispatchedAt: end - 14,
    answeredAt: end - 12,
    doneAt: end - 3,
    producedBytes: 40,
  });
  return run;
}

const tracing = `"tracing":{"type":"X-Amzn-Trace-Id","value":"${traceId}"}`;
const failure = { status: 'error', errorType: 'Runtime.ExitError' } as const;

/** What happens, its type, and its record as AWS writes it (keys in the order that was recorded). */
const rows: readonly (readonly [string, (records: PlatformRecords) => void, string, string])[] = [
  [
    'an init that begins',
    records => records.initStart('init', 'nodejs:24.1.0'),
    'platform.initStart',
    '{"initializationType":"on-demand","phase":"init","runtimeVersion":"nodejs:24.1.0","functionName":"orders","functionVersion":"7","instanceId":"2024/05/20/[7]abc","instanceMaxMemory":268435456}',
  ],
  [
    'a runtime that is ready',
    records => records.initRuntimeDone('init'),
    'platform.initRuntimeDone',
    '{"initializationType":"on-demand","phase":"init","status":"success"}',
  ],
  [
    'a runtime that is not',
    records => records.initRuntimeDone('invoke', failure),
    'platform.initRuntimeDone',
    '{"initializationType":"on-demand","phase":"invoke","status":"error","errorType":"Runtime.ExitError"}',
  ],
  [
    'an init that ends',
    records => records.initReport('init', 173.7781),
    'platform.initReport',
    '{"initializationType":"on-demand","phase":"init","status":"success","metrics":{"durationMs":173.778}}',
  ],
  [
    'an init that takes too long',
    records => records.initReport('init', 10000.487, { status: 'timeout', errorType: 'Sandbox.Timedout' }),
    'platform.initReport',
    '{"initializationType":"on-demand","phase":"init","status":"timeout","metrics":{"durationMs":10000.487}}',
  ],
  [
    'an event',
    records => records.start(runOf().invocation),
    'platform.start',
    `{"requestId":"ID","functionArn":"${spec.functionArn}","version":"7"}`,
  ],
  [
    'an event that is traced',
    records => records.start(runOf(true).invocation),
    'platform.start',
    `{"requestId":"ID","functionArn":"${spec.functionArn}","version":"7",${tracing}}`,
  ],
  [
    'a runtime that is done',
    records => records.runtimeDone(runOf(true), 11.1853),
    'platform.runtimeDone',
    `{"requestId":"ID","status":"success",${tracing},"spans":[{"name":"responseLatency","start":"2024-05-20T16:29:45.008Z","durationMs":2},` +
      '{"name":"responseDuration","start":"2024-05-20T16:29:45.010Z","durationMs":0},' +
      '{"name":"runtimeOverhead","start":"2024-05-20T16:29:45.010Z","durationMs":9}],"metrics":{"durationMs":11.185,"producedBytes":40}}',
  ],
  [
    'a runtime that never answered',
    records => {
      const run = new InvocationRun(runOf().invocation, true, false);
      run.failure = { status: 'timeout', errorType: 'Sandbox.Timedout' };
      records.runtimeDone(run, 3000);
    },
    'platform.runtimeDone',
    '{"requestId":"ID","status":"timeout","spans":[],"metrics":{"durationMs":3000,"producedBytes":0}}',
  ],
  [
    'the report of a cold start',
    records => records.report(runOf(), report),
    'platform.report',
    '{"requestId":"ID","metrics":{"durationMs":1.234,"billedDurationMs":102,"memorySizeMB":128,"maxMemoryUsedMB":30,"initDurationMs":100},"status":"success"}',
  ],
  [
    'the report of a crash, with extensions',
    records => {
      const run = runOf(true);
      run.failure = failure;
      run.marks.extensionsDoneAt = (run.marks.doneAt ?? 0) + 2;
      records.report(run, warm);
    },
    'platform.report',
    `{"requestId":"ID","metrics":{"durationMs":1.234,"billedDurationMs":102,"memorySizeMB":128,"maxMemoryUsedMB":30},${tracing},` +
      '"spans":[{"name":"extensionOverhead","start":"2024-05-20T16:29:45.019Z","durationMs":2}],"status":"error","errorType":"Runtime.ExitError"}',
  ],
  [
    'the report of what the platform failed at',
    records => {
      const run = runOf();
      run.failure = { status: 'error', errorType: 'Sandbox.Failure' };
      records.report(run, warm);
    },
    'platform.report',
    '{"requestId":"ID","metrics":{"durationMs":1.234,"billedDurationMs":102,"memorySizeMB":128,"maxMemoryUsedMB":30},"status":"failure","errorType":"Sandbox.Failure"}',
  ],
  [
    'an extension',
    records => records.extension('collector', 'Ready', ['INVOKE', 'SHUTDOWN']),
    'platform.extension',
    '{"name":"collector","state":"Ready","events":["INVOKE","SHUTDOWN"]}',
  ],
  [
    'an extension that ends',
    records => records.extension('collector', 'Exited', [], 'Extension.Crash'),
    'platform.extension',
    '{"name":"collector","state":"Exited","events":[],"errorType":"Extension.Crash"}',
  ],
  [
    'a subscription',
    records => records.subscription('telemetry', 'collector', ['platform', 'function']),
    'platform.telemetrySubscription',
    '{"name":"collector","state":"Subscribed","types":["platform","function"]}',
  ],
  [
    'a subscription to the Logs API',
    records => records.subscription('logs', 'collector', ['extension']),
    'platform.logsSubscription',
    '{"name":"collector","state":"Subscribed","types":["extension"]}',
  ],
  [
    'records that are lost',
    records => records.logsDropped('too slow', 123, 12345),
    'platform.logsDropped',
    '{"reason":"too slow","droppedRecords":123,"droppedBytes":12345}',
  ],
  [
    'a fault',
    records => records.fault('lines\n', 'RequestId: ID Process exited before completing request'),
    'platform.fault',
    '"RequestId: ID Process exited before completing request"',
  ],
];

describe('records of the platform', () => {
  for (const [what, happen, type, record] of rows) {
    it(`tell of ${what} as AWS does`, () => {
      const { records, events } = tell({});
      happen(records);
      const event = `{"time":"2024-05-20T16:29:45.022Z","type":"${type}","record":${record}}`;
      assert.equal(events.at(-1), event);
    });
  }

  it('are built for nobody where nobody subscribed and the log is text', () => {
    const { records, events, lines } = tell({}, false);
    for (const [, happen] of rows) happen(records);
    assert.deepEqual(events, []);
    assert.ok(lines.length > 0);
  });

  it('are AWS’s text in the log, whoever subscribed', () => {
    const { records, lines } = tell({});
    records.initStart('init', 'nodejs:24.1.0');
    records.initRuntimeDone('init');
    records.initReport('init', 100);
    records.initReport('init', 10007.331, { status: 'timeout' });
    records.initReport('invoke', 3009.12, { status: 'error', errorType: 'Runtime.ImportModuleError' });
    records.start(runOf().invocation);
    records.runtimeDone(runOf(), 1);
    records.report(runOf(), report);
    records.report(runOf(), warm);
    const timedOut = runOf();
    timedOut.fail(
      { payload: Buffer.from('{}'), contentType: 'application/json', isError: true },
      { status: 'timeout', errorType: 'Sandbox.Timedout' },
    );
    records.report(timedOut, warm);
    records.extension('collector', 'Ready', ['INVOKE', 'SHUTDOWN']);
    records.subscription('telemetry', 'collector', ['platform', 'function', 'extension']);
    records.subscription('logs', 'collector', ['function']);
    records.notice('by the way');
    assert.deepEqual(lines, [
      'INIT_START Runtime Version: nodejs:24.1.0\n',
      'INIT_REPORT Init Duration: 10007.33 ms\tPhase: init\tStatus: timeout\n',
      'INIT_REPORT Init Duration: 3009.12 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ImportModuleError\n',
      'START RequestId: ID Version: 7\n',
      'END RequestId: ID\n',
      'REPORT RequestId: ID\tDuration: 1.23 ms\tBilled Duration: 102 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\tInit Duration: 100.00 ms\t\n',
      'END RequestId: ID\n',
      'REPORT RequestId: ID\tDuration: 1.23 ms\tBilled Duration: 102 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\t\n',
      'END RequestId: ID\n',
      'REPORT RequestId: ID\tDuration: 1.23 ms\tBilled Duration: 102 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\tStatus: timeout\n',
      'EXTENSION\tName: collector\tState: Ready\tEvents: [INVOKE, SHUTDOWN]\n',
      'TELEMETRY\tName: collector\tState: Subscribed\tTypes: [Platform, Function, Extension]\n',
      'LOGS\tName: collector\tState: Subscribed\tTypes: [Function]\n',
      'by the way\n',
    ]);
  });

  it('have times that Date would write, whatever was written before', () => {
    const now = Date.UTC(2024, 4, 20, 16, 29, 45);
    for (const ms of [now, now + 7, now + 999.9, now + 1000, now - 1, 0, now + 86_400_000])
      assert.equal(isoTime(ms), new Date(ms).toISOString());
  });

  /** Types of the records that a JSON log has of one cold start that goes well, and of one that doesn't. */
  const logged = (systemLogLevel: string | undefined, failed: boolean): string[] => {
    const { records, lines } = tell(
      { logFormat: 'JSON', ...(systemLogLevel === undefined ? {} : { systemLogLevel }) },
      false,
    );
    const run = runOf();
    if (failed) run.failure = failure;
    records.initStart('init', 'nodejs:24.1.0');
    records.initRuntimeDone('init', run.failure);
    records.initReport('init', 1, run.failure);
    records.extension('collector', 'Ready', [], run.failure?.errorType);
    records.start(run.invocation);
    records.runtimeDone(run, 1);
    records.fault('text only\n', 'for the Logs API');
    records.report(run, report);
    return lines.map(line => (JSON.parse(line) as { type: string }).type.slice('platform.'.length));
  };

  it('are in a JSON log by their levels', () => {
    assert.deepEqual(logged('DEBUG', false), [
      'initStart',
      'initRuntimeDone',
      'initReport',
      'extension',
      'start',
      'runtimeDone',
      'report',
    ]);
    assert.deepEqual(logged('INFO', false), ['initStart', 'extension', 'start', 'report']);
    assert.deepEqual(logged(undefined, false), logged('INFO', false));
    assert.deepEqual(logged('WARN', false), []);
    const failures = ['initRuntimeDone', 'initReport', 'extension', 'runtimeDone', 'report'];
    assert.deepEqual(logged('WARN', true), failures);
  });

  it('of an init ahead are INFO in a JSON log', () => {
    const { records, lines } = tell({ logFormat: 'JSON', initType: 'provisioned-concurrency' }, false);
    records.initReport('init', 1);
    assert.match(lines.join(''), /"initializationType":"provisioned-concurrency"/);
  });
});

describe('the level of a function’s own records', () => {
  const time = '"timestamp":"2024-11-02T16:51:31.587199Z"';
  const wanted = (applicationLogLevel: string, record: string): boolean =>
    applicationFilter({ logFormat: 'JSON', applicationLogLevel })?.(Buffer.from(record)) ?? true;

  it('is kept in a JSON log only', () => {
    assert.equal(applicationFilter({ logFormat: 'Text', applicationLogLevel: 'FATAL' }), undefined);
    assert.equal(applicationFilter({ logFormat: 'JSON', applicationLogLevel: 'TRACE' }), undefined);
  });

  it('is the one that they name', () => {
    assert.equal(wanted('INFO', `{"level":"debug",${time}}\n`), false);
    assert.equal(wanted('DEBUG', `{"level":"debug",${time}}\n`), true);
    assert.equal(wanted('DEBUG', `{"level":"TRACE",${time}}\n`), false);
    assert.equal(wanted('ERROR', `{"level":"WARNING",${time}}\n`), false);
    assert.equal(wanted('FATAL', `{"level":"CRITICAL","time":"2024-11-02T16:51:31+01:00"}\n`), true);
  });

  it('is INFO where they name none, or no time, that AWS knows', () => {
    for (const record of [
      'plain text\n',
      '{"level":"error"',
      `{"level":7,${time}}\n`,
      `{${time}}\n`,
      '{"level":"error"}\n',
      '',
    ]) {
      assert.equal(wanted('INFO', record), true, record);
      assert.equal(wanted('WARN', record), false, record);
    }
  });
});
