import assert from 'node:assert/strict';
import {
  errorTypeMistake,
  frequencyMistake,
  initMistake,
  readFrequency,
  windowMistake,
} from '../../../src/extension/faults/faultInput.ts';
import {
  kindWords,
  removedWords,
  replayFaultWords,
  restoredWords,
  ruleLine,
  ruleTitle,
  ruleWords,
  sourceWords,
} from '../../../src/extension/faults/faultWords.ts';
import { ProjectStore, type StoreChange } from '../../../src/extension/project/projectStore.ts';
import { resultSections } from '../../../src/extension/result/resultText.ts';
import { faultRow } from '../../../src/extension/views/faultRows.ts';
import { functionRow, invocationRow } from '../../../src/extension/views/functionRows.ts';
import {
  FAULT_KINDS,
  FAULT_SOURCES,
  type FaultKind,
  type FaultRuleSummary,
} from '../../../src/protocol/faults.ts';
import { SNAPSHOT } from '../client/fakeHost.ts';
import { declaredFunction, invocationRecord, invocationSummary } from './builders.ts';

const rule = (id: string, over: Partial<FaultRuleSummary> = {}): FaultRuleSummary => ({
  id,
  functionName: 'orders',
  kind: 'timeout',
  source: 'any',
  seed: 'abc',
  enabled: true,
  moment: 'end',
  seen: 0,
  hits: 0,
  ...over,
});

describe('fault rules in the editor', () => {
  it('are those of the function and of all functions, and tell what of them has changed', () => {
    const store = new ProjectStore();
    const changes: StoreChange[] = [];
    store.onChange.add(change => changes.push(change));
    const mine = rule('f1', { next: 2 });
    const everybodys = rule('f2', { functionName: '*' });
    store.apply({ ...SNAPSHOT, faults: [mine] } as typeof SNAPSHOT);
    const tell = (...rules: FaultRuleSummary[]): unknown => {
      changes.length = 0;
      store.apply({ type: 'faults', rules });
      return changes.map(change => change.kind === 'faults' && [change.name, change.id, change.shown]);
    };
    assert.deepEqual(tell(mine, everybodys), [['*', 'f2', 'changed']]);
    assert.deepEqual(
      ['orders', 'other'].map(name => store.faults(name).map(({ id }) => id)),
      [['f1', 'f2'], ['f2']],
    );
    assert.deepEqual(tell({ ...mine, seen: 1, hits: 1 }, everybodys), [['orders', 'f1', 'same']]);
    assert.deepEqual(tell({ ...mine, seen: 2, hits: 2 }, everybodys), [['orders', 'f1', 'changed']]);
    assert.deepEqual(tell({ ...mine, seen: 2, hits: 2 }, everybodys), []);
    assert.deepEqual(tell(everybodys), [['orders', 'f1', 'changed']]);
    assert.deepEqual(tell({ ...everybodys, functionName: 'orders' }), [
      ['orders', 'f2', 'changed'],
      ['*', 'f2', 'changed'],
    ]);
    store.disconnected();
    assert.deepEqual(store.faults(), []);
  });

  it('say what they do, how often, and whether they are on', () => {
    assert.equal(
      ruleWords(rule('f1', { seen: 7, hits: 3 })),
      'always · after the handler, its answer is lost · hit 3 of 7',
    );
    assert.equal(
      ruleWords(
        rule('f1', { enabled: false, every: 5, moment: 'start', source: 'async', qualifier: 'live' }),
      ),
      'off · 1 of 5, in turn · live · asynchronous events · before the handler · hit 0 of 0',
    );
    assert.match(ruleWords(rule('f1', { next: 1, seen: 1, hits: 1 })), /^spent · the next one · /);
    assert.match(
      ruleWords(rule('f1', { kind: 'slow-init', initMs: 'published', probability: 0.125 })),
      /^12\.5 % by chance · .*as on AWS/,
    );
    assert.match(ruleWords(rule('f1', { kind: 'reorder', windowMs: 10_000 })), /within 10 s/);
    assert.equal(ruleTitle(rule('f1')), 'Timeout of orders');
    assert.equal(ruleTitle(rule('f1', { functionName: '*' })), 'Timeout of all functions');
    const labels = (Object.keys(FAULT_KINDS) as FaultKind[]).map(kind => kindWords(kind).label);
    assert.equal(new Set(labels).size, labels.length);
  });

  it('stand beneath their function, whose row says that they are on', () => {
    const row = faultRow(rule('f1', { functionName: '*', lastHit: 0 }));
    assert.equal(row.label, 'Timeout (all functions)');
    assert.deepEqual([row.icon?.id, row.context], ['zap', 'faultRule+enabled']);
    assert.match(row.spoken, /^Fault rule, Timeout of all functions: always · /);
    assert.match(row.tooltip ?? '', /Fault rule f1.*\n\nSeed abc/s);
    const off = faultRow(rule('f1', { enabled: false }));
    assert.deepEqual(
      [off.label, off.icon?.id, off.context],
      ['Timeout', 'circle-slash', 'faultRule+disabled'],
    );
    // What is spent is begun again; what is off as well is turned on first.
    const spent = { next: 1, seen: 1, hits: 1 };
    assert.equal(faultRow(rule('f1', spent)).context, 'faultRule+spent');
    assert.equal(faultRow(rule('f1', { ...spent, enabled: false })).context, 'faultRule+disabled');
    const entry = { name: 'orders', declared: declaredFunction('orders') };
    assert.equal(functionRow(entry, undefined, 2).description, '⚡ faults on · nodejs22.x');
    assert.match(functionRow(entry, undefined, 2).spoken, /fault rules are on$/);
    assert.equal(functionRow(entry).description, 'nodejs22.x');
  });

  it('come back as they were, and are told by folder where there are several', () => {
    assert.equal(restoredWords(rule('f1')), 'The fault rule is on again: Timeout of orders.');
    assert.equal(
      restoredWords(rule('f1', { enabled: false })),
      'The fault rule is there again: Timeout of orders (off).',
    );
    assert.equal(
      restoredWords(rule('f1', { next: 1, hits: 1 })),
      'The fault rule is there again: Timeout of orders (spent).',
    );
    assert.equal(removedWords(1, []), '1 fault rule');
    assert.equal(removedWords(3, ['shop', 'billing']), '3 fault rules of shop, billing');
    assert.match(ruleLine(rule('f1'), undefined), /^Timeout of orders: always/);
    assert.match(ruleLine(rule('f1'), 'shop'), /^shop: Timeout of orders: always/);
  });

  it('are named beside the answers of a replay', () => {
    const now = { rule: 'f3', kind: 'timeout' } as const;
    assert.equal(replayFaultWords({}), '');
    assert.equal(replayFaultWords({ now }), '⚡ now: fault f3 timeout');
    assert.equal(
      replayFaultWords({ then: { rule: 'f1', kind: 'error' }, now }),
      '⚡ then: fault f1 error, ⚡ now: fault f3 timeout',
    );
  });

  it('name sources and causes in words', () => {
    const words = FAULT_SOURCES.map(sourceWords);
    assert.equal(new Set(words).size, FAULT_SOURCES.length);
    assert.ok(FAULT_SOURCES.every((source, index) => words[index] !== source));
    const [summary] = resultSections({
      functionName: 'orders',
      eventTitle: 'e',
      state: { kind: 'finished', record: invocationRecord({ attempt: 2, cause: 'system-error' }) },
    });
    assert.match(summary?.body ?? '', /Attempt +2 \(after a system error\)/);
  });

  it('are named by what they made', () => {
    const fault = { rule: 'f3', kind: 'throttle' } as const;
    const row = invocationRow(invocationSummary('r', 'orders', { status: 'throttled', fault }));
    assert.equal(row.description, '⚡ fault f3 throttle · throttled · api');
    const sections = (state: Parameters<typeof resultSections>[0]['state']): string =>
      resultSections({ functionName: 'orders', eventTitle: 'e', state })[0]?.body ?? '';
    assert.match(
      sections({ kind: 'finished', record: invocationRecord({ fault }) }),
      /^✓ .*\n⚡ Fault rule f3 made this: Throttle\n/,
    );
    assert.equal(
      sections({ kind: 'refused', code: 'TooManyRequestsException', message: 'Rate Exceeded.', fault }),
      '✗ orders was not invoked\n⚡ Fault rule f3 made this: Throttle',
    );
    assert.equal(sections({ kind: 'refused', code: 'X', message: 'y' }), '✗ orders was not invoked');
  });
});

describe('what is typed for a fault rule', () => {
  it('is how often', () => {
    assert.deepEqual(readFrequency('next 3'), { next: 3 });
    assert.deepEqual(readFrequency(' Every 5 '), { every: 5 });
    assert.deepEqual(readFrequency('25 %'), { probability: 0.25 });
    assert.deepEqual(readFrequency('0.25'), { probability: 0.25 });
    for (const wrong of ['', 'often', 'next', 'next 0', 'every 1.5', '0', '101%', '2', '-1', 'next 2000000'])
      assert.match(frequencyMistake(wrong) ?? '', /is neither next N, every N/, wrong);
  });

  it('is a duration or a type within its bounds', () => {
    for (const [mistake, right, wrong] of [
      [initMistake, ['1', '900000'], ['0', '900001', 'long', '1.5', '']],
      [windowMistake, ['1', '900'], ['0', '901', '10s', '']],
      [errorTypeMistake, ['Error', 'Runtime.X'], ['', 'a b', 'x'.repeat(129)]],
    ] as const) {
      for (const text of right) assert.equal(mistake(text), undefined, text);
      for (const text of wrong) assert.notEqual(mistake(text), undefined, text);
    }
  });
});
