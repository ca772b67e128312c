import assert from 'node:assert/strict';
import path from 'node:path';
import {
  createFaultRules,
  MOST_RULES,
  REMOVED_KEPT,
  type FaultRules,
} from '../../../../src/host/invoke/faults/faultRules.ts';
import type { FaultArrival } from '../../../../src/host/invoke/faults/decideFault.ts';
import { invokeMigrations } from '../../../../src/host/invoke/schema.ts';
import { openDatabase, type Database } from '../../../../src/host/state/database.ts';
import type { FaultRuleSummary } from '../../../../src/protocol/faults.ts';
import { manualClock, type ManualClock } from '../../../helpers/manualClock.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporaryFolder.ts';

const arrival: FaultArrival = {
  functionName: 'orders',
  qualifier: '$LATEST',
  source: 'api',
  isAsynchronous: false,
};

describe('fault rules', () => {
  let folder: TemporaryFolder;
  let database: Database;
  let clock: ManualClock;
  let told: (readonly FaultRuleSummary[])[];
  let rules: FaultRules;
  let notices: string[];

  const open = (): FaultRules =>
    createFaultRules({
      database,
      clock,
      publish: event => told.push(event.rules),
      notice: (severity, message) => notices.push(`${severity}: ${message}`),
    });
  const ask = (many: number): (string | undefined)[] =>
    Array.from({ length: many }, () => rules.decide('admitted', arrival)?.mark.rule);

  beforeEach(async () => {
    folder = await temporaryFolder('faults');
    clock = manualClock();
    database = openDatabase(path.join(folder.path, 'lamplight.db'), clock, invokeMigrations);
    told = [];
    notices = [];
    rules = open();
  });

  afterEach(async () => {
    rules.close();
    database.close();
    await folder.remove();
  });

  it('are made whole, listed, and told of', () => {
    const rule = rules.add({ functionName: 'orders', kind: 'error' });
    assert.match(rule.seed, /^[0-9a-f]{8}$/);
    assert.deepEqual(rule, {
      id: 'f1',
      functionName: 'orders',
      kind: 'error',
      source: 'any',
      probability: 1,
      seed: rule.seed,
      enabled: true,
      errorType: 'Error',
      errorMessage: 'Injected by a fault rule of Lamplight',
      moment: 'start',
      seen: 0,
      hits: 0,
    });
    assert.deepEqual(rules.list(), [rule]);
    assert.deepEqual(told, [[rule]]);
  });

  it('go on where they were after kill -9', () => {
    const given = { functionName: '*', kind: 'timeout', probability: 0.4, seed: 'replay' };
    rules.add(given);
    const all = ask(200).map(Boolean);
    rules.clear();
    rules.add(given);
    const first = ask(70).map(Boolean);
    rules = open();
    assert.deepEqual(notices, [
      'warning: Fault rules are on: 1. lamplight faults lists them, lamplight faults clear removes them.',
    ]);
    assert.equal(rules.list()[0]?.seen, 70);
    assert.deepEqual([...first, ...ask(130).map(Boolean)], all);
    assert.equal(rules.list()[0]?.hits, all.filter(Boolean).length);
  });

  it('are asked in their order, and the first that hits is the only one', () => {
    rules.add({ functionName: 'orders', kind: 'timeout', every: 3 });
    rules.add({ functionName: '*', kind: 'error', next: 2 });
    rules.add({ functionName: 'other', kind: 'timeout' });
    rules.add({ functionName: '*', kind: 'slow-init' });
    assert.deepEqual(ask(6), ['f2', 'f2', 'f1', undefined, undefined, 'f1']);
    assert.deepEqual(
      rules.list().map(({ seen, hits }) => [seen, hits]),
      [
        [6, 2],
        // Spent: it is not asked any more.
        [2, 2],
        [0, 0],
        [0, 0],
      ],
    );
    assert.equal(rules.decide('start', arrival)?.mark.rule, 'f4');
  });

  it('ask throttles before admission and all else after it, so that what is refused uses nothing up', () => {
    rules.add({ functionName: '*', kind: 'error', next: 1 });
    rules.add({ functionName: '*', kind: 'throttle', next: 1 });
    assert.equal(rules.decide('admission', arrival)?.mark.rule, 'f2');
    assert.equal(rules.decide('admission', arrival), undefined);
    assert.deepEqual(
      rules.list().map(({ seen, hits }) => [seen, hits]),
      [
        [0, 0],
        [1, 1],
      ],
    );
    assert.deepEqual(ask(2), ['f1', undefined]);
  });

  it('have back what came to nothing, unless they were begun again since', () => {
    rules.add({ functionName: '*', kind: 'error', next: 1 });
    rules.add({ functionName: '*', kind: 'error', every: 2 });
    rules.add({ functionName: '*', kind: 'error', probability: 0.5, seed: 'again' });
    const first = rules.decide('admitted', arrival);
    assert.deepEqual(ask(1), [rules.list()[2]?.hits === 1 ? 'f3' : undefined]);
    first?.giveBack();
    rules = open();
    assert.deepEqual([rules.list()[0]?.hits, rules.list()[0]?.lastHit], [0, undefined]);
    assert.deepEqual(ask(1), ['f1']);
    const every = rules.decide('admitted', arrival);
    assert.equal(every?.mark.rule, 'f2');
    rules.reset('f2');
    every.giveBack();
    assert.deepEqual([rules.list()[1]?.seen, rules.list()[1]?.hits], [0, 0]);
    rules.remove('f2');
    every.giveBack();
    assert.deepEqual(
      rules.list().map(({ id }) => id),
      ['f1', 'f3'],
    );
  });

  it('tell their counts a few times a second at most', () => {
    rules.add({ functionName: '*', kind: 'error' });
    ask(1_000);
    assert.equal(told.length, 1);
    clock.advance(250);
    assert.equal(told.length, 2);
    assert.equal(told[1]?.[0]?.hits, 1_000);
    assert.equal(told[1][0].lastHit, clock.serviceNow() - 250);
    clock.advance(10_000);
    assert.equal(told.length, 2);
  });

  it('go on deciding where they can’t be counted, and say so once', () => {
    rules.add({ functionName: '*', kind: 'error', next: 2 });
    database.run(
      "CREATE TRIGGER full BEFORE UPDATE ON fault_rules BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
    );
    assert.deepEqual(ask(3), ['f1', 'f1', undefined]);
    assert.equal(notices.length, 1);
    assert.match(notices[0] ?? '', /^error: Fault rules can't be counted: .*the disk is full/);
  });

  it('rest while they are disabled, and keep their counts', () => {
    rules.add({ functionName: '*', kind: 'error', next: 3 });
    ask(2);
    rules.enable('f1', false);
    assert.deepEqual(ask(2), [undefined, undefined]);
    rules = open();
    assert.equal(rules.list()[0]?.enabled, false);
    rules.enable('f1', true);
    assert.deepEqual(ask(2), ['f1', undefined]);
  });

  it('make the same faults once more when they are reset', () => {
    rules.add({ functionName: '*', kind: 'error', probability: 0.5, seed: 'found it' });
    const first = ask(100);
    assert.equal(rules.reset('f1').seen, 0);
    rules = open();
    assert.deepEqual(ask(100), first);
    assert.throws(() => rules.reset('f2'), /There is no fault rule f2/);
  });

  it('begin again when they are replaced, under the same id', () => {
    rules.add({ functionName: '*', kind: 'error', next: 1 });
    ask(2);
    const { id, seen, hits, kind } = rules.replace('f1', { functionName: '*', kind: 'timeout', next: 1 });
    assert.deepEqual([id, seen, hits, kind], ['f1', 0, 0, 'timeout']);
    assert.deepEqual(ask(2), ['f1', undefined]);
  });

  it('come back in their place with their counts after they were removed, and no id is given twice', () => {
    for (let nth = 0; nth < 3; nth++) rules.add({ functionName: '*', kind: 'error', next: 2 });
    ask(1);
    rules.remove('f1');
    assert.deepEqual(ask(1), ['f2']);
    rules.remove('f3');
    rules = open();
    assert.equal(rules.add({ functionName: '*', kind: 'error' }).id, 'f4');
    assert.equal(rules.restore('f1').hits, 1);
    assert.deepEqual(
      rules.list().map(({ id }) => id),
      ['f1', 'f2', 'f4'],
    );
    assert.deepEqual(rules.clear(), ['f1', 'f2', 'f4']);
    assert.deepEqual(ask(1), [undefined]);
    assert.equal(rules.add({ functionName: '*', kind: 'error' }).id, 'f5');
  });

  it('are bounded, and so is what can be brought back', () => {
    for (let nth = 0; nth < MOST_RULES; nth++) rules.add({ functionName: '*', kind: 'error' });
    assert.throws(() => rules.add({ functionName: '*', kind: 'error' }), {
      code: 'LimitExceededException',
      message: 'There are 100 fault rules: remove one first.',
    });
    rules.clear();
    rules.add({ functionName: '*', kind: 'error' });
    rules.clear();
    const { count } = database.query<{ count: number }>('SELECT count(*) AS count FROM fault_rules').get()!;
    assert.equal(count, REMOVED_KEPT);
    assert.throws(() => rules.restore('f1'), /There is no fault rule f1/);
    assert.equal(rules.restore('f2').id, 'f2');
  });

  it('that are not there are named', () => {
    for (const id of ['f1', 'x', '__proto__', 'f-1', 'f1 OR 1']) {
      const expected = { code: 'ResourceNotFoundException', status: 404 };
      assert.throws(() => rules.remove(id), {
        ...expected,
        message: `There is no fault rule ${id}: lamplight faults lists them.`,
      });
      assert.throws(() => rules.enable(id, true), expected);
      assert.throws(() => rules.restore(id), expected);
      assert.throws(() => rules.replace(id, { functionName: '*', kind: 'error' }), expected);
    }
  });

  it('decide within microseconds where there are none, or none that concerns the call', () => {
    const perAsk = (many: number): number => {
      const began = performance.now();
      ask(many);
      return ((performance.now() - began) * 1_000) / many;
    };
    perAsk(10_000);
    assert.ok(perAsk(100_000) < 5, 'without rules');
    rules.add({ functionName: '*', kind: 'duplicate' });
    rules.add({ functionName: 'other', kind: 'error' });
    assert.ok(perAsk(100_000) < 5, 'with rules for others');
  });
});
