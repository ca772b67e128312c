import assert from 'node:assert/strict';
import { jsonReport, type Report } from '../../../src/cli/report.ts';
import { styleFor } from '../../../src/cli/style.ts';
import { textReport } from '../../../src/cli/textReport.ts';
import type { HostInfo } from '../../../src/protocol/hostInfo.ts';
import type { FunctionSummary, InvocationSummary, WorkspaceProblem } from '../../../src/protocol/model.ts';

const info: HostInfo = {
  endpoint: 'http://127.0.0.1:4567',
  region: 'us-east-1',
  accountId: '000000000000',
  credentials: { accessKeyId: 'AKIA1', secretAccessKey: 'secret' },
  pid: 1,
  version: '0.1.0',
  foreground: true,
  workspace: '/work/orders',
  stateDir: '/state',
};

const placeOrder: FunctionSummary = {
  name: 'place-order',
  arn: 'arn:aws:lambda:us-east-1:000000000000:function:place-order',
  runtime: 'nodejs24.x',
  handler: 'src/place.handler',
  packageType: 'Zip',
  architecture: 'x86_64',
  memorySize: 128,
  timeout: 3,
  description: '',
  state: 'Active',
  lastModified: '',
  codeSize: 1,
  layers: [],
  environmentKeys: [],
  owner: { template: '/work/orders/template.yaml', logicalId: 'PlaceOrder' },
};

const problem: WorkspaceProblem = {
  file: '/work/orders/template.yaml',
  startLine: 3,
  startColumn: 4,
  endLine: 3,
  endColumn: 9,
  severity: 'error',
  message: 'CodeUri is missing',
};

const invocation: InvocationSummary = {
  requestId: 'r-1',
  functionName: 'place-order',
  version: '$LATEST',
  type: 'RequestResponse',
  source: 'api',
  status: 'success',
  startedAt: 0,
  attempt: 1,
  report: { durationMs: 2.345, billedMs: 3, memorySizeMb: 128, maxMemoryUsedMb: 64, initMs: 81.4 },
};

/** One minute and 33 s after noon, without colours. */
const reportAt1201 = (out: (text: string) => void, { invocations }: { invocations: boolean }): Report =>
  textReport({
    out,
    style: styleFor(false, {}),
    self: 'lamplight',
    now: () => new Date(2026, 0, 1, 12, 1, 33),
    invocations,
  });

describe('what start prints', () => {
  it('for people: how to reach it, what was found, then what happens', () => {
    let printed = '';
    const report = reportAt1201(text => (printed += text), { invocations: true });
    report.events([{ type: 'function', function: placeOrder }]);
    report.events([{ type: 'problems', problems: [problem] }]);
    report.events([{ type: 'reloaded', functionName: 'place-order', ms: 90, first: true }]);
    report.ready(info, [placeOrder], 212.4);
    report.events([
      {
        type: 'problems',
        problems: [problem, { ...problem, startLine: 7, severity: 'warning' }],
      },
    ]);
    report.events([{ type: 'reloaded', functionName: 'place-order', ms: 84.2, first: false }]);
    report.events([{ type: 'invocation', invocation: { ...invocation, status: 'running' } }]);
    report.events([{ type: 'invocation', invocation }]);
    const { report: _report, ...failed } = invocation;
    report.events([
      {
        type: 'invocation',
        invocation: {
          ...failed,
          status: 'error',
          source: 'retry',
          errorType: 'TypeError',
          errorMessage: 'no id',
        },
      },
    ]);
    report.events([
      { type: 'function', function: { ...placeOrder, buildError: 'place.ts:1:2 unexpected }' } },
    ]);
    report.events([{ type: 'function', function: placeOrder }]);
    report.events([{ type: 'functionDeleted', name: 'place-order' }]);
    report.stopping();
    report.stopped('Ctrl-C');
    assert.deepEqual(printed.split('\n'), [
      'Lamplight 0.1.0 serves http://127.0.0.1:4567 (us-east-1, account 000000000000), ready in 212 ms',
      'Workspace /work/orders',
      '',
      '  eval "$(lamplight env --state /state)"',
      '  aws lambda list-functions --endpoint-url http://127.0.0.1:4567',
      '',
      'Functions',
      '  place-order  nodejs24.x  src/place.handler  template.yaml',
      '',
      'error template.yaml:4:5 CodeUri is missing',
      '',
      'Press Ctrl-C to stop.',
      '12:01:33 warning template.yaml:8:5 CodeUri is missing',
      '12:01:33 ↻ place-order reloaded in 84 ms',
      '12:01:33 ✓ place-order 2.35 ms, billed 3 ms, 64 of 128 MB, cold, init 81 ms',
      '12:01:33 ✗ place-order retry, TypeError: no id',
      '12:01:33 ✗ place-order was not built: place.ts:1:2 unexpected }',
      '12:01:33 ✓ place-order builds again',
      '12:01:33 - place-order was removed',
      '12:01:33 Stopping; Ctrl-C again ends it at once.',
      '12:01:33 The host has stopped (Ctrl-C).',
      '',
    ]);
  });

  it('for people: each mistake of a build once, whatever tells of it', () => {
    let printed = '';
    const report = reportAt1201(text => (printed += text), { invocations: true });
    const shared = { ...problem, file: '/work/orders/lib.ts', message: 'Expected ";"' };
    const of = (functionName: string): WorkspaceProblem => ({ ...shared, functionName });
    report.events([{ type: 'problems', problems: [of('a'), of('b')] }]);
    report.ready(info, [placeOrder], 1);
    assert.equal(printed.match(/Expected/g)?.length, 1);
    const before = printed.length;
    const failed = {
      ...placeOrder,
      buildError: 'The code of "place-order" doesn\'t build.\n/work/orders/place.ts:1:2: Unexpected }',
    };
    report.events([{ type: 'function', function: failed }]);
    report.events([
      {
        type: 'problems',
        problems: [
          { ...problem, functionName: 'place-order', message: 'Unexpected }' },
          { ...problem, functionName: 'place-order', message: 'a second mistake' },
        ],
      },
    ]);
    assert.deepEqual(printed.slice(before).split('\n'), [
      '12:01:33 ✗ place-order was not built: place.ts:1:2: Unexpected }',
      '12:01:33 error template.yaml:4:5 a second mistake',
      '',
    ]);
  });

  it('for the log of a detached host: all but the invocations', () => {
    let printed = '';
    const report = reportAt1201(text => (printed += text), { invocations: false });
    report.ready({ ...info, foreground: false }, [placeOrder], 1);
    const before = printed;
    report.events([{ type: 'invocation', invocation }]);
    assert.equal(printed, before);
    report.events([{ type: 'notice', severity: 'warning', message: 'no Python' }]);
    assert.equal(printed.slice(before.length), '12:01:33 warning no Python\n');
    assert.doesNotMatch(printed, /Ctrl-C/);
  });

  it('for people: what comes together in one write, and nothing for what is not told', () => {
    const writes: string[] = [];
    const report = reportAt1201(text => writes.push(text), { invocations: true });
    report.ready(info, [placeOrder], 1);
    report.events([{ type: 'invocation', invocation: { ...invocation, status: 'running' } }]);
    report.events([
      { type: 'invocation', invocation },
      { type: 'notice', severity: 'warning', message: 'no Python' },
    ]);
    assert.equal(writes.length, 2);
    assert.match(writes[1] ?? '', /^12:01:33 ✓ place-order .*\n12:01:33 warning no Python\n$/);
  });

  it('for programs: the ready line first, whatever happened before it', () => {
    const writes: string[] = [];
    const report = jsonReport(text => writes.push(text));
    report.events([{ type: 'problems', problems: [problem] }]);
    report.ready(info, [placeOrder], 1);
    report.events([
      { type: 'functionDeleted', name: 'f' },
      { type: 'functionDeleted', name: 'g' },
    ]);
    report.stopped('Ctrl-C');
    const lines = writes.join('').split('\n');
    assert.equal(lines.pop(), '');
    assert.deepEqual(
      lines.map(line => JSON.parse(line) as unknown),
      [
        { type: 'ready', ...info },
        { type: 'problems', problems: [problem] },
        { type: 'functionDeleted', name: 'f' },
        { type: 'functionDeleted', name: 'g' },
        { type: 'stopped', reason: 'Ctrl-C' },
      ],
    );
    assert.equal(writes.length, 3, 'what comes together is written together');
    assert.ok(writes.every(text => text.endsWith('\n')));
  });

  it('in colours only on a terminal that wants them', () => {
    assert.equal(styleFor(true, {}).red('x'), '\u001b[31mx\u001b[39m');
    assert.equal(styleFor(true, { NO_COLOR: '1' }).red('x'), 'x');
    assert.equal(styleFor(true, { TERM: 'dumb' }).red('x'), 'x');
    assert.equal(styleFor(false, {}).red('x'), 'x');
  });
});
