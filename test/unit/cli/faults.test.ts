import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { faults } from '../../../src/cli/faults.ts';
import { styleFor } from '../../../src/cli/style.ts';
import { textReport } from '../../../src/cli/textReport.ts';
import type { FaultRuleSummary } from '../../../src/protocol/faults.ts';
import { type FakeHost, startFakeHost } from '../client/fakeHost.ts';
import { lamplight, type Run } from './terminal.ts';

const rule: FaultRuleSummary = {
  id: 'f1',
  functionName: 'orders',
  kind: 'error',
  source: 'any',
  seed: 'abc',
  enabled: true,
  next: 2,
  errorType: 'Error',
  errorMessage: 'no',
  moment: 'start',
  seen: 5,
  hits: 2,
};

describe('lamplight faults', () => {
  let root: string;
  let host: FakeHost;

  beforeEach(async () => {
    root = await realpath(await mkdtemp(path.join(os.tmpdir(), 'lamplight-faults-')));
    await mkdir(path.join(root, 'state'));
    host = await startFakeHost(path.join(root, 'state'));
  });
  afterEach(async () => {
    await host.close();
    await rm(root, { recursive: true, force: true });
  });

  const run = (...argv: string[]): Promise<Run> =>
    lamplight(['faults', ...argv, '--state', 'state'], { cwd: root, env: process.env });

  it('lists them with state, frequency and counts', async () => {
    const { next: _next, ...always } = rule;
    const rules: readonly FaultRuleSummary[] = [
      rule,
      {
        ...always,
        id: 'f2',
        kind: 'reorder',
        qualifier: 'live',
        enabled: false,
        probability: 0.25,
        windowMs: 5_000,
      },
      { ...always, id: 'f3', kind: 'slow-init', source: 'async', initMs: 'published', every: 3 },
    ];
    host.answers.set('GET /lamplight/faults', { status: 200, body: JSON.stringify({ Rules: rules }) });
    const { out, code } = await run();
    assert.equal(code, 0);
    assert.deepEqual(
      out
        .trimEnd()
        .split('\n')
        .map(line => line.split(/ {2,}/)),
      [
        ['f1', 'spent', 'orders', 'any', 'error Error at start', 'next 2', 'hit 2 of 5', 'seed abc'],
        [
          'f2',
          'off',
          'orders:live',
          'any',
          'reorder Error at start within 5000 ms',
          'probability 0.25',
          'hit 2 of 5',
          'seed abc',
        ],
        [
          'f3',
          'on',
          'orders',
          'async',
          'slow-init Error at start published',
          'every 3',
          'hit 2 of 5',
          'seed abc',
        ],
      ],
    );
    assert.deepEqual(JSON.parse((await run('list', '--json')).out), rules);
  });

  it('sends a rule as it was written', async () => {
    host.answers.set('POST /lamplight/faults', { status: 200, body: JSON.stringify(rule) });
    const sent = async (...argv: string[]): Promise<unknown> => {
      const { code, err } = await run('add', ...argv);
      assert.equal(code, 0, err);
      return JSON.parse(host.requests.at(-1)?.body ?? '');
    };
    assert.deepEqual(await sent('*', 'timeout'), { functionName: '*', kind: 'timeout' });
    assert.deepEqual(
      await sent(
        'f',
        'error',
        '--error-type',
        'E',
        '--message',
        'm',
        '--moment',
        'end',
        '--every',
        '3',
        '--seed',
        '7',
      ),
      {
        functionName: 'f',
        kind: 'error',
        errorType: 'E',
        errorMessage: 'm',
        moment: 'end',
        every: 3,
        seed: '7',
      },
    );
    assert.deepEqual(await sent('f', 'slow-init', '--init', '800', '--probability', '0.5'), {
      functionName: 'f',
      kind: 'slow-init',
      initMs: 800,
      probability: 0.5,
    });
    assert.deepEqual(await sent('f', 'reorder', '--window', '1m', '--qualifier', 'live', '--source', 'api'), {
      functionName: 'f',
      kind: 'reorder',
      windowMs: 60_000,
      qualifier: 'live',
      source: 'api',
    });
  });

  it('says what it does not understand, and asks nobody', async () => {
    for (const [argv, message] of [
      ['explode', /faults explode: it takes list, add, remove, enable, disable, reset, restore or clear\./],
      ['list f1', /faults list takes nothing more, and was given f1\./],
      ['add', /faults add takes a function's name or \* and a kind: throttle, /],
      ['add f', /faults add takes a function's name or \* and a kind: throttle, /],
      ['add f boom', /There is no fault boom: throttle, /],
      ['add f error --next few', /--next is a number, not few\./],
      ['add f reorder --window long', /--window is a duration such as 0\.5s, 10s or 5m, not long\./],
      ['add f error --moment now', /--moment is one of start\|end\|idle, not now\./],
      ['remove', /faults remove takes the id of one rule/],
      ['clear --seed 1', /--seed belongs to faults add, not to faults clear\./],
    ] as const) {
      const { code, err } = await run(...argv.split(' '));
      assert.equal(code, 2, argv);
      assert.match(err, message);
    }
    assert.ok(host.requests.every(({ url }) => !url.startsWith('/lamplight/faults')));
    assert.ok(faults.details?.includes('lost-environment'));
  });

  it('is told of by start: that rules are on, and whose doing a failure was', () => {
    let text = '';
    const report = textReport({
      out: more => (text += more),
      style: styleFor(false, {}),
      self: 'lamplight',
      now: () => new Date(0),
      invocations: true,
    });
    const rules = [{ ...rule, hits: 0 }];
    report.events([
      { type: 'faults', rules },
      { type: 'faults', rules },
    ]);
    report.events([{ type: 'faults', rules: [rule] }]);
    report.ready({ ...host.info, foreground: true }, [], 1);
    assert.equal(text.match(/1 fault rule is on: lamplight faults lists them/g)?.length, 1);
    assert.match(text, /No fault rule is on any more\./);
    text = '';
    report.events([
      {
        type: 'invocation',
        invocation: {
          requestId: 'r',
          functionName: 'orders',
          version: '$LATEST',
          type: 'RequestResponse',
          source: 'api',
          status: 'error',
          errorType: 'Error',
          startedAt: 0,
          attempt: 1,
          fault: { rule: 'f1', kind: 'error' },
        },
      },
    ]);
    assert.match(text, /✗ orders Error, fault f1 error/);
  });
});
