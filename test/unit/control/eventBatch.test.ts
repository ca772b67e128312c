import assert from 'node:assert/strict';
import { createEventBatch, type EventBatch } from '../../../src/host/control/eventBatch.ts';
import type { HostEvent } from '../../../src/protocol/control.ts';
import type { EnvironmentState, InvocationSummary } from '../../../src/protocol/model.ts';
import { manualClock, type ManualClock } from '../../helpers/manualClock.ts';

const notice = (message: string): HostEvent => ({ type: 'notice', severity: 'info', message });

const log = (text: string): HostEvent => ({
  type: 'log',
  record: { functionName: 'f', environmentId: 'e1', time: 0, kind: 'function', text },
});

const environment = (id: string, state: EnvironmentState): HostEvent => ({
  type: 'environment',
  environment: {
    id,
    functionName: 'f',
    version: '$LATEST',
    engine: 'process',
    state,
    initType: 'on-demand',
    invocations: 1,
    startedAt: 0,
  },
});

const invocation = (requestId: string, status: InvocationSummary['status']): HostEvent => ({
  type: 'invocation',
  invocation: {
    requestId,
    functionName: 'f',
    version: '$LATEST',
    type: 'RequestResponse',
    source: 'api',
    status,
    startedAt: 0,
    attempt: 1,
  },
});

function shown(event: HostEvent): string {
  switch (event.type) {
    case 'log':
      return event.record.text;
    case 'environment':
      return `${event.environment.id} ${event.environment.state}`;
    case 'invocation':
      return `${event.invocation.requestId} ${event.invocation.status}`;
    case 'notice':
      return event.message;
    default:
      return event.type;
  }
}

describe('events of a busy host', () => {
  let clock: ManualClock;
  let told: string[][];
  let batch: EventBatch;

  beforeEach(() => {
    clock = manualClock();
    told = [];
    batch = createEventBatch(clock, events => told.push(events.map(shown)));
  });

  it('are told at once after a quiet time, and together while there are many', () => {
    batch.add(log('1'));
    assert.deepEqual(told, [['1']]);
    batch.add(log('2'));
    batch.add(log('3'));
    clock.advance(9);
    assert.deepEqual(told, [['1']]);
    clock.advance(1);
    assert.deepEqual(told, [['1'], ['2', '3']]);
    batch.add(log('4'));
    clock.advance(10);
    assert.deepEqual(told.slice(2), [['4']]);
    clock.advance(10);
    batch.add(log('5'));
    assert.deepEqual(told.slice(3), [['5']]);
  });

  it('leave out what was overtaken, and stay in the order of what counts', () => {
    batch.add(log('first'));
    batch.add(invocation('i1', 'running'));
    batch.add(environment('e1', 'busy'));
    batch.add(environment('e2', 'busy'));
    batch.add(log('END'));
    batch.add(environment('e1', 'idle'));
    batch.add(invocation('i1', 'success'));
    batch.add(log('END'));
    clock.advance(10);
    assert.deepEqual(told, [['first'], ['e2 busy', 'END', 'e1 idle', 'i1 success', 'END']]);
  });

  it('do not overtake a rare one, nor wait for it', () => {
    batch.add(log('1'));
    batch.add(log('2'));
    batch.add(notice('a leftover was removed'));
    assert.deepEqual(told, [['1'], ['2'], ['a leftover was removed']]);
    batch.add(log('3'));
    clock.advance(10);
    assert.deepEqual(told.slice(3), [['3']]);
  });

  it('are told when asked for, and only once', () => {
    batch.add(log('1'));
    batch.add(log('2'));
    batch.flush();
    clock.advance(100);
    assert.deepEqual(told, [['1'], ['2']]);
  });
});
