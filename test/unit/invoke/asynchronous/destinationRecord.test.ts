import assert from 'node:assert/strict';
import {
  deadLetterAttributes,
  destinationRecord,
} from '../../../../src/host/invoke/asynchronous/destinationRecord.ts';
import type { EventEnd } from '../../../../src/host/invoke/asynchronous/eventQueue.ts';
import type { LastAttempt, Outcome } from '../../../../src/host/invoke/asynchronous/queuedEvent.ts';
import { ARN, DEFAULT_POLICY } from './queueFixture.ts';

const QUALIFIED = `${ARN}f:$LATEST`;
const ID = '11111111-2222-3333-4444-555555555555';

const ends = (
  outcome: Outcome,
  condition: EventEnd['step']['condition'],
  attempts: number,
  more: { readonly payload?: string; readonly last?: LastAttempt } = {},
): EventEnd => ({
  event: {
    id: 1,
    requestId: ID,
    functionName: 'f',
    acceptedAt: 0,
    due: 0,
    attempts: 0,
    returns: 0,
    echoes: 0,
    bytes: 2,
    origin: { source: 'api', traceId: 'Root=1-2-3' },
    policy: DEFAULT_POLICY,
    ...(more.last === undefined ? {} : { last: more.last }),
  },
  payload: Buffer.from(more.payload ?? '{"n":1}'),
  outcome,
  step: { kind: 'end', condition, attempts },
  at: Date.UTC(2026, 8, 14, 18, 32, 58, 36),
});

const answer = (payload: string) => ({ executedVersion: '$LATEST', payload: Buffer.from(payload) });
const ERROR = '{"errorMessage":"broken","errorType":"Error","stackTrace":[]}';
const record = (end: EventEnd): string => destinationRecord(end, QUALIFIED).toString();
const head = (condition: string, count: number, payload = '{"n":1}'): string =>
  `{"version":"1.0","timestamp":"2026-09-14T18:32:58.036Z","requestContext":{"requestId":"${ID}","functionArn":"${QUALIFIED}","condition":"${condition}","approximateInvokeCount":${count}},"requestPayload":${payload}`;

describe('the record for destinations', () => {
  it('tells of a success, counted once also after retries', () => {
    assert.equal(
      record(ends({ kind: 'success', answer: answer('{"ok":true}') }, 'Success', 3)),
      `${head('Success', 1)},"responseContext":{"statusCode":200,"executedVersion":"$LATEST"},"responsePayload":{"ok":true}}`,
    );
  });

  it('tells of a failure', () => {
    assert.equal(
      record(ends({ kind: 'function-error', answer: answer(ERROR) }, 'RetriesExhausted', 3)),
      `${head('RetriesExhausted', 3)},"responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},"responsePayload":${ERROR}}`,
    );
  });

  it('leaves out an answer that is no JSON', () => {
    assert.equal(
      record(ends({ kind: 'success', answer: answer('plain text') }, 'Success', 1)),
      `${head('Success', 1)},"responseContext":{"statusCode":200,"executedVersion":"$LATEST"},"deliveryError":{"statusCode":400,"errorCode":"InvalidRequestContentException"}}`,
    );
  });

  it('keeps numbers that JavaScript can’t hold', () => {
    const payload = '{"id":12345678901234567890.10}';
    assert.ok(
      record(ends({ kind: 'success', answer: answer(payload) }, 'Success', 1, { payload })).startsWith(
        head('Success', 1, payload),
      ),
    );
  });

  it('tells of what was never tried, was throttled until it was too old, has no function any more or runs in circles', () => {
    assert.equal(
      record(ends({ kind: 'zero-reserved' }, 'ZeroReservedConcurrency', 0)),
      `${head('ZeroReservedConcurrency', 0)}}`,
    );
    const last = { kind: 'throttle', status: 429, message: 'Rate Exceeded.' } as const;
    for (const more of [{ last }, {}])
      assert.equal(
        record(ends({ kind: 'expired' }, 'EventAgeExceeded', 0, more)),
        `${head('EventAgeExceeded', 0)},"responseContext":{"statusCode":429}}`,
      );
    assert.equal(
      record(ends({ kind: 'not-found', message: 'gone', aliasGone: false }, 'RetriesExhausted', 3)),
      `${head('RetriesExhausted', 3)},"responseContext":{"statusCode":404}}`,
    );
    assert.equal(
      record(ends({ kind: 'recursion', message: 'loop' }, 'RecursiveInvocation', 0)),
      `${head('RecursiveInvocation', 0)},"responseContext":{"statusCode":400}}`,
    );
  });
});

describe('a dead letter', () => {
  const attributes = (end: EventEnd): unknown[] =>
    Object.entries(deadLetterAttributes(end)).map(([name, { type, value }]) => `${name} ${type} ${value}`);

  it('says what failed', () => {
    assert.deepEqual(
      attributes(ends({ kind: 'function-error', answer: answer(ERROR) }, 'RetriesExhausted', 3)),
      [`RequestID String ${ID}`, 'ErrorCode Number 200', 'ErrorMessage String broken'],
    );
  });

  it('cuts the message after 1,024 bytes', () => {
    const long = JSON.stringify({ errorMessage: 'x'.repeat(1_023) + 'ü' });
    const end = ends({ kind: 'function-error', answer: answer(long) }, 'RetriesExhausted', 3);
    assert.equal(deadLetterAttributes(end)['ErrorMessage']?.value, `${'x'.repeat(1_023)}\uFFFD`);
  });

  // Rows C38 to C40 of spec/error-messages.md.
  it('has the words that were recorded', () => {
    assert.deepEqual(attributes(ends({ kind: 'zero-reserved' }, 'ZeroReservedConcurrency', 0)), [
      `RequestID String ${ID}`,
      'ErrorMessage String Function not invoked. Function isconfigured with zero reserved concurrent executions',
    ]);
    assert.deepEqual(attributes(ends({ kind: 'expired' }, 'EventAgeExceeded', 0)), [
      `RequestID String ${ID}`,
      'ErrorCode Number 429',
      'ErrorMessage String Rate Exceeded.',
    ]);
    const message = `Function not found: ${ARN}NAME:$LATEST`;
    assert.deepEqual(
      attributes(ends({ kind: 'not-found', message, aliasGone: false }, 'RetriesExhausted', 3)),
      [`RequestID String ${ID}`, 'ErrorCode Number 404', `ErrorMessage String ${message}`],
    );
  });
});
