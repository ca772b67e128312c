import assert from 'node:assert/strict';
import type { InvocationRecord } from '../../../src/protocol/model.ts';
import { compareAnswers, type Comparison, type ReplaySide } from '../../../src/protocol/replay.ts';

describe('answers of then and now', () => {
  const side = (
    requestId: string,
    answer: unknown,
    status: InvocationRecord['status'] = 'success',
  ): ReplaySide => ({
    requestId,
    functionName: 'f',
    version: '$LATEST',
    type: 'RequestResponse',
    source: 'api',
    status,
    startedAt: 1,
    attempt: 1,
    result: typeof answer === 'string' ? answer : JSON.stringify(answer),
  });
  const compare = (then: unknown, now: unknown): Comparison =>
    compareAnswers({ then: side('id-1', then), now: side('id-2', now) });
  const errors = (then: unknown, now: unknown): Comparison =>
    compareAnswers({ then: side('id-1', then, 'error'), now: side('id-2', now, 'error') });

  it('are the same whatever the order of keys, at any depth', () => {
    assert.equal(compare({ a: 1, b: [{ c: 2, d: 3 }] }, { b: [{ d: 3, c: 2 }], a: 1 }).verdict, 'same');
    assert.equal(compare({ a: [1, 2] }, { a: [2, 1] }).verdict, 'differs');
    assert.equal(compare('null', '{}').verdict, 'differs');
  });

  it('are shown in the same order, so that only what differs does', () => {
    const { verdict, then, now } = compare({ b: 1, a: 2 }, { a: 3, b: 1 });
    assert.equal(verdict, 'differs');
    assert.equal(then, '{\n  "a": 2,\n  "b": 1\n}');
    assert.equal(now, '{\n  "a": 3,\n  "b": 1\n}');
  });

  it('are looked into where an HTTP answer carries JSON as text', () => {
    const answer = (body: string) => ({ statusCode: 200, body });
    assert.equal(compare(answer('{"a":1,"b":2}'), answer('{ "b": 2, "a": 1 }')).verdict, 'same');
    assert.equal(compare(answer('{"a":1'), answer('{"a":2')).verdict, 'differs');
  });

  it('may each name their own request', () => {
    assert.equal(compare({ id: 'id-1' }, { id: 'id-2' }).verdict, 'same');
    assert.equal(compare({ id: 'id-1' }, { id: 'id-1' }).verdict, 'differs');
  });

  it('need be no JSON', () => {
    assert.equal(compare('plain', 'plain').verdict, 'same');
    assert.equal(compare('plain', 'other').verdict, 'differs');
  });

  it('carry the fault rules that had to do with them', () => {
    const fault = { rule: 'f3', kind: 'timeout' } as const;
    const [works, fails] = [side('id-1', 1), { ...side('id-2', { errorType: 'E' }, 'timeout'), fault }];
    assert.deepEqual(compareAnswers({ then: works, now: works }).faults, {});
    assert.deepEqual(compareAnswers({ then: works, now: fails }).faults, { now: fault });
    assert.deepEqual(compareAnswers({ then: fails, now: works }).faults, { then: fault });
  });

  it('say when it works now, or fails', () => {
    const [works, fails] = [side('id-1', 1), side('id-2', { errorType: 'E' }, 'timeout')];
    assert.equal(compareAnswers({ then: works, now: fails }).verdict, 'fails-now');
    assert.equal(compareAnswers({ then: fails, now: works }).verdict, 'works-now');
  });

  it('are the same error where only the stack differs', () => {
    const error = (errorMessage: string, trace: string[]) => ({ errorType: 'E', errorMessage, trace });
    assert.equal(errors(error('no', ['a:1']), error('no', ['a:2'])).verdict, 'same');
    assert.equal(errors(error('no', []), error('other', [])).verdict, 'differs');
    assert.equal(errors(error('id-1 Task timed out', []), error('id-2 Task timed out', [])).verdict, 'same');
  });

  it('compare as far as history has them', () => {
    const [then, now] = [side('id-1', '"abc'), side('id-2', '"abcdef')];
    assert.equal(compareAnswers({ then: { ...then, cut: ['result'] }, now }).verdict, 'same');
    assert.equal(compareAnswers({ then, now }).verdict, 'differs');
  });
});
