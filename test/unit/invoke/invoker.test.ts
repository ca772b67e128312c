import assert from 'node:assert/strict';
import type { Environment, EnvironmentSpec } from '../../../src/host/environments/environment.ts';
import type { FunctionRecord } from '../../../src/host/functions/functionRecord.ts';
import { createDebugSessions } from '../../../src/host/invoke/debugSessions.ts';
import { createEnvironmentPools } from '../../../src/host/invoke/environmentPools.ts';
import type { HistoryEntry } from '../../../src/host/invoke/history.ts';
import { createInvoker } from '../../../src/host/invoke/invoker.ts';
import type { InvokeRequest } from '../../../src/host/invoke/request.ts';
import type { InvocationSummary } from '../../../src/protocol/model.ts';
import { manualClock } from '../../helpers/manualClock.ts';
import { newFunction } from '../functions/storeFixture.ts';

/** An environment that answers at once, or takes no event. */
class Double {
  readonly id: string;
  readonly spec: EnvironmentSpec;
  readonly summary = { engine: 'process' };
  readonly takesEvents: boolean;
  ended = false;

  constructor(id: string, spec: EnvironmentSpec, takesEvents: boolean) {
    this.id = id;
    this.spec = spec;
    this.takesEvents = takesEvents;
  }

  init(): Promise<void> {
    return Promise.resolve();
  }

  invoke(): ReturnType<Environment['invoke']> {
    if (!this.takesEvents) throw new Error('it takes no event');
    const report = { durationMs: 1, billedMs: 1, memorySizeMb: 128, maxMemoryUsedMb: 1 };
    return {
      answer: Promise.resolve({ payload: Buffer.from('1'), contentType: 'application/json', isError: false }),
      phase: Promise.resolve({ status: 'success', report, log: '', cold: true }),
    };
  }

  stop(): Promise<void> {
    this.ended = true;
    return Promise.resolve();
  }
}

function setUp(options: {
  readonly maxEnvironments: number;
  readonly takesEvents?: (nth: number) => boolean;
}) {
  const clock = manualClock();
  const made: Double[] = [];
  const observed: InvocationSummary[] = [];
  const history: HistoryEntry[] = [];
  const pools = createEnvironmentPools({
    environments: {
      create(spec): Environment {
        const nth = made.length + 1;
        const double = new Double(`env-${nth}`, spec, options.takesEvents?.(nth) ?? true);
        made.push(double);
        return double as unknown as Environment;
      },
    },
    maxEnvironments: options.maxEnvironments,
    afterIdle: () => ({ cancel: () => undefined }),
    afterPatience: (_environment, run) => clock.afterWall(5, run),
  });
  const debug = createDebugSessions((name, endedDebugId) => {
    pools.drain(name);
    if (endedDebugId !== undefined) pools.endDebugged(endedDebugId);
  });
  const record = (name: string): FunctionRecord => ({
    ...newFunction(name),
    version: '$LATEST',
    lastModified: 0,
    revisionId: 'r',
    state: 'Active',
  });
  const invoker = createInvoker({
    clock,
    functions: {
      get: record,
      serving: record,
      ready: () => Promise.resolve(),
      codeRoot: () => Promise.resolve('/code'),
      buildError: name => (name === 'broken' ? 'app.ts:3:1: expected ";"' : undefined),
    },
    pools,
    debug,
    history: {
      add: entry => history.push(entry),
      list: () => [],
      get: () => undefined,
      close: () => undefined,
    },
    region: 'us-east-1',
    accountId: '000000000000',
    concurrencyLimit: 1000,
    observed: summary => observed.push(summary),
  });
  const request = (functionName: string): InvokeRequest => ({
    functionName,
    payload: Buffer.from('{}'),
    type: 'RequestResponse',
    source: 'api',
    requestId: `request-${observed.length}`,
  });
  return { pools, debug, invoker, made, observed, history, request };
}

describe('the invoker', () => {
  it('gives the room back where an environment does not take its event, and says what happened', async () => {
    const { invoker, made, observed, history, request } = setUp({
      maxEnvironments: 1,
      takesEvents: nth => nth > 1,
    });
    await assert.rejects(invoker.invoke(request('f')), /it takes no event/);
    assert.equal(made[0]?.ended, true);
    assert.deepEqual(
      observed.map(({ status }) => status),
      ['running', 'error'],
    );
    assert.equal(history.length, 1);
    assert.equal(invoker.inFlight, 0);
    assert.equal((await invoker.invoke(request('g'))).payload?.toString(), '1');
  });

  it('keeps in history that old code ran, and why', async () => {
    const { invoker, history, request } = setUp({ maxEnvironments: 1 });
    await invoker.invoke(request('broken'));
    await invoker.invoke(request('f'));
    await invoker.idle();
    assert.deepEqual(
      history.map(({ summary }) => summary.buildError),
      ['app.ts:3:1: expected ";"', undefined],
    );
  });

  it('starts nothing under a debugger whose session ended while the request waited for room', async () => {
    const { pools, debug, invoker, made, request } = setUp({ maxEnvironments: 1 });
    const blocking = await pools.acquire({ functionName: 'busy', version: '$LATEST' }, () =>
      Promise.resolve({ functionName: 'busy' } as EnvironmentSpec),
    );
    const debugId = debug.start({ functionName: 'f', clientId: 'window' });
    const waiting = invoker.invoke(request('f'));
    await new Promise(setImmediate);
    assert.equal(pools.waiting, 1);
    debug.end(debugId);
    pools.release(blocking);
    assert.equal((await waiting).payload?.toString(), '1');
    assert.equal(made.at(-1)?.spec.debugId, undefined);
    assert.equal(made.at(-1)?.spec.functionName, 'f');
  });
});
