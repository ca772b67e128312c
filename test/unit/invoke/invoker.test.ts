import assert from 'node:assert/strict';
import type {
  Environment,
  EnvironmentInvocation,
  EnvironmentSpec,
} from '../../../src/host/environments/environment.ts';
import type { FunctionRecord } from '../../../src/host/functions/functionRecord.ts';
import { createAliasDraws } from '../../../src/host/invoke/aliasDraws.ts';
import { createDebugSessions } from '../../../src/host/invoke/debugSessions.ts';
import { createEnvironmentPools } from '../../../src/host/invoke/environmentPools.ts';
import type { HistoryEntry } from '../../../src/host/invoke/history.ts';
import { createConcurrencyGate } from '../../../src/host/invoke/concurrencyGate.ts';
import type { FaultDecisions, FaultHit } from '../../../src/host/invoke/faults/faultRules.ts';
import { createInvoker } from '../../../src/host/invoke/invoker.ts';
import type { InvokeRequest } from '../../../src/host/invoke/request.ts';
import type { InvocationSummary } from '../../../src/protocol/model.ts';
import { manualClock } from '../../helpers/manualClock.ts';
import { newFunction } from '../functions/storeFixture.ts';

/** An environment that answers at once, or takes no event. What is asked of it happens, unless its function is called `spared`. */
class Double {
  readonly id: string;
  readonly spec: EnvironmentSpec;
  readonly summary = { engine: 'process' };
  readonly takesEvents: boolean;
  readonly answers: Promise<void>;
  readonly leftBehind: readonly string[];
  ended = false;

  constructor(
    id: string,
    spec: EnvironmentSpec,
    takesEvents: boolean,
    answers: Promise<void>,
    leftBehind: readonly string[],
  ) {
    this.id = id;
    this.spec = spec;
    this.takesEvents = takesEvents;
    this.answers = answers;
    this.leftBehind = leftBehind;
  }

  init(): Promise<void> {
    return Promise.resolve();
  }

  invoke({ fault }: EnvironmentInvocation): ReturnType<Environment['invoke']> {
    if (!this.takesEvents) throw new Error('it takes no event');
    const report = { durationMs: 1, billedMs: 1, memorySizeMb: 128, maxMemoryUsedMb: 1 };
    return {
      answer: this.answers.then(() => ({
        payload: Buffer.from('1'),
        contentType: 'application/json',
        isError: false,
        ...((fault ?? this.spec.initFault) &&
          this.spec.functionName !== 'spared' && { struck: true as const }),
      })),
      phase: Promise.resolve({
        status: 'success',
        report,
        log: '',
        cold: true,
        leftBehind: this.leftBehind,
      }),
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
  readonly answers?: Promise<void>;
  readonly leftBehind?: readonly string[];
  readonly unreserved?: number;
  readonly faults?: FaultDecisions;
}) {
  const clock = manualClock();
  const made: Double[] = [];
  const observed: InvocationSummary[] = [];
  const left: InvocationSummary[] = [];
  const history: HistoryEntry[] = [];
  const waited: string[] = [];
  const counted: (readonly [metric: string, functionName: string | undefined])[] = [];
  const pools = createEnvironmentPools({
    environments: {
      create(spec): Environment {
        const nth = made.length + 1;
        const double = new Double(
          `env-${nth}`,
          spec,
          options.takesEvents?.(nth) ?? true,
          options.answers ?? Promise.resolve(),
          options.leftBehind ?? [],
        );
        made.push(double);
        return double as unknown as Environment;
      },
    },
    maxEnvironments: options.maxEnvironments,
    afterIdle: () => ({ cancel: () => undefined }),
    afterPatience: (_environment, run) => clock.afterWall(5, run),
  });
  const debug = createDebugSessions({
    versionOf: (_name, qualifier) => qualifier,
    changed: (name, version, endedDebugId) => {
      pools.drain(name, version);
      if (endedDebugId !== undefined) pools.endDebugged(endedDebugId);
    },
  });
  const record = (name: string, version = '$LATEST'): FunctionRecord => ({
    ...newFunction(name),
    version,
    lastModified: 0,
    revisionId: 'r',
    state: 'Active',
  });
  const invoker = createInvoker({
    clock,
    functions: {
      get: record,
      serving: record,
      // `live` sends three of ten to version 2, the rest to version 1.
      resolve: (_name, qualifier, draw) => (qualifier !== 'live' ? qualifier : draw() < 0.3 ? '2' : '1'),
      ready: name => {
        waited.push(name);
        return Promise.resolve();
      },
      codeRoot: () => Promise.resolve('/code'),
      layerFolders: () => ({ folders: [], missing: [] }),
      buildError: name => (name === 'broken' ? 'app.ts:3:1: expected ";"' : undefined),
    },
    pools,
    debug,
    draws: createAliasDraws('a seed'),
    history: {
      add: entry => history.push(entry),
      list: () => ({ invocations: [] }),
      search: () => Promise.reject(new Error('not in this test')),
      get: () => undefined,
      close: () => undefined,
    },
    region: 'us-east-1',
    accountId: '000000000000',
    metrics: { record: (metric, { functionName }) => void counted.push([metric, functionName]) },
    gate: createConcurrencyGate({
      limits: () => ({
        reserved: new Map(),
        provisioned: new Map(),
        provisionedTotals: new Map(),
        unreserved: options.unreserved ?? 1_000,
      }),
      allocated: () => 0,
      accountLimit: 1_000,
      idleMs: 600_000,
      clock,
      metrics: { record: () => undefined },
    }),
    faults: options.faults ?? { decide: () => undefined },
    mayLoop: name => name === 'looping',
    observed: summary => observed.push(summary),
    leftBehind: (_record, summary) => left.push(summary),
  });
  const request = (functionName: string, qualifier?: string): InvokeRequest => ({
    functionName,
    ...(qualifier === undefined ? {} : { qualifier }),
    payload: Buffer.from('{}'),
    type: 'RequestResponse',
    source: 'api',
    requestId: `request-${observed.length}`,
  });
  return { clock, pools, debug, invoker, made, observed, left, history, waited, counted, request };
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
    await invoker.idle();
    assert.deepEqual(
      observed.slice(2).map(({ status, environmentId }) => [status, environmentId === undefined]),
      [
        ['running', true],
        ['running', false],
        ['success', false],
      ],
      'while it runs it says in which environment',
    );
  });

  it('answers and keeps in history that old code ran, and why: never of a version, which is what it is', async () => {
    const { invoker, history, request } = setUp({ maxEnvironments: 1 });
    const answers = [
      await invoker.invoke(request('broken')),
      await invoker.invoke(request('f')),
      await invoker.invoke(request('broken', '1')),
    ];
    await invoker.idle();
    const expected = ['app.ts:3:1: expected ";"', undefined, undefined];
    assert.deepEqual(
      answers.map(({ buildError }) => buildError),
      expected,
    );
    assert.deepEqual(
      history.map(({ summary }) => summary.buildError),
      expected,
    );
  });

  it('tells what an invocation left behind, and keeps it in history', async () => {
    const leftBehind = ['Process 7 sleep 60'];
    const { invoker, left, history, request } = setUp({ maxEnvironments: 1, leftBehind });
    await invoker.invoke(request('f'));
    await invoker.idle();
    assert.deepEqual(
      [...left, ...history.map(({ summary }) => summary)].map(summary => summary.leftBehind),
      [leftBehind, leftBehind],
    );
  });

  it('keeps what was throttled, in AWS’s words, but no more than some a second', async () => {
    const { clock, invoker, history, observed, request } = setUp({ maxEnvironments: 1, unreserved: 0 });
    for (let n = 0; n < 50; n++) await assert.rejects(invoker.invoke(request('f')), /Rate Exceeded/);
    assert.equal(history.length, 20);
    assert.equal(observed.length, 20);
    const { status, errorType, errorMessage, report } = history[0]!.summary;
    assert.deepEqual(
      [status, errorType, errorMessage, report],
      [
        'throttled',
        'TooManyRequestsException',
        'Rate Exceeded. (ConcurrentInvocationLimitExceeded)',
        undefined,
      ],
    );
    clock.advance(100);
    await assert.rejects(invoker.invoke(request('f')));
    assert.equal(history.length, 21);
  });

  it('keeps no more of what a fault rule throttles', async () => {
    const hit: FaultHit = {
      mark: { rule: 'f1', kind: 'throttle' },
      at: 'admission',
      rule: { id: 'f1', functionName: '*', kind: 'throttle', source: 'any', seed: 's', enabled: true },
      draw: () => 0.5,
      giveBack: () => assert.fail('it was refused'),
    };
    const { clock, invoker, history, request } = setUp({ maxEnvironments: 1, faults: { decide: () => hit } });
    for (let n = 0; n < 50; n++) await assert.rejects(invoker.invoke(request('f')), /Rate Exceeded/);
    assert.equal(history.length, 20);
    assert.deepEqual(history[0]?.summary.fault, hit.mark);
    clock.advance(100);
    await assert.rejects(invoker.invoke(request('f')));
    assert.equal(history.length, 21);
  });

  it('keeps how long it waited for room, and what its price depends on', async () => {
    const { clock, pools, invoker, history, request } = setUp({ maxEnvironments: 1 });
    const blocking = await pools.acquire({ functionName: 'busy', version: '$LATEST' }, () =>
      Promise.resolve({ functionName: 'busy' } as EnvironmentSpec),
    );
    const waiting = invoker.invoke(request('f'));
    await new Promise(setImmediate);
    clock.advance(1_500);
    pools.release(blocking);
    await waiting;
    await invoker.invoke(request('f'));
    await invoker.idle();
    assert.deepEqual(
      history.map(({ summary }) => [summary.waitMs, summary.billing]),
      [
        [1_500, { architecture: 'x86_64', eventBytes: 2 }],
        [0, { architecture: 'x86_64', eventBytes: 2 }],
      ],
    );
  });

  it('knows what runs in an environment, as long as it does', async () => {
    let answer: () => void = () => undefined;
    const { invoker, made, request } = setUp({
      maxEnvironments: 1,
      answers: new Promise(resolve => (answer = resolve)),
    });
    const running = invoker.invoke({ ...request('f'), requestId: 'mine' });
    while (made.length === 0) await new Promise(setImmediate);
    assert.equal(invoker.currentOf(made[0]!.id), 'mine');
    answer();
    await running;
    await invoker.idle();
    assert.equal(invoker.currentOf(made[0]!.id), undefined);
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

  it('runs the version that the qualifier names, in an environment of its own, and waits for no build of another', async () => {
    const { pools, invoker, made, observed, waited, request } = setUp({ maxEnvironments: 8 });
    const answer = await invoker.invoke(request('f', '3'));
    assert.equal(answer.executedVersion, '3');
    await invoker.invoke(request('f'));
    await invoker.invoke(request('f', '3'));
    await invoker.idle();
    assert.deepEqual(
      made.map(({ spec }) => spec.version),
      ['3', '$LATEST'],
    );
    assert.deepEqual(waited, ['f']);
    assert.deepEqual(
      observed.slice(0, 1).map(({ qualifier, version }) => ({ qualifier, version })),
      [{ qualifier: '3', version: '3' }],
    );
    pools.drain('f', '$LATEST');
    assert.deepEqual(
      made.map(({ ended }) => ended),
      [false, true],
    );
    pools.drain('f');
    assert.deepEqual(
      made.map(({ ended }) => ended),
      [true, true],
    );
  });

  it('draws the version of an alias of two for each invocation, the same ones under the same seed', async () => {
    const run = async (): Promise<(string | undefined)[]> => {
      const { invoker, request } = setUp({ maxEnvironments: 8 });
      const versions: (string | undefined)[] = [];
      for (let n = 0; n < 200; n++) {
        if (n % 7 === 0) await invoker.invoke(request('other', 'live'));
        versions.push((await invoker.invoke(request('f', 'live'))).executedVersion);
      }
      return versions;
    };
    const versions = await run();
    assert.deepEqual(await run(), versions);
    const second = versions.filter(version => version === '2').length;
    assert.ok(second > 40 && second < 80, `${second} of 200 at a weight of 0.3`);
  });

  it('says how long a debugger held the handler', async () => {
    let go: (() => void) | undefined;
    const answers = new Promise<void>(resolve => (go = resolve));
    const { debug, invoker, clock, request } = setUp({ maxEnvironments: 8, answers });
    debug.start({ functionName: 'f', clientId: 'window' });
    const answer = invoker.invoke({ ...request('f'), type: 'Event' });
    await new Promise(setImmediate);
    clock.advance(5_001);
    go?.();
    // Its report has 1 ms.
    assert.equal((await answer).heldMs, 5_000);
    assert.equal((await invoker.invoke(request('g'))).heldMs, undefined);
  });

  it('refuses a function that was invoked too often in one chain, unless it may', async () => {
    const { counted, invoker, request } = setUp({ maxEnvironments: 8 });
    const chain = async (name: string): Promise<number> => {
      let traceId: string | undefined;
      for (let n = 0; n < 20; n++) {
        try {
          const result = await invoker.invoke({
            ...request(name),
            ...(traceId === undefined ? {} : { traceId }),
          });
          assert.doesNotMatch(result.traceId ?? '', /Lineage/);
          traceId = result.onward;
        } catch (error) {
          assert.equal((error as Error).name, 'RecursiveInvocationException');
          return n;
        }
      }
      return 20;
    };
    assert.deepEqual([await chain('f'), await chain('looping')], [16, 20]);
    assert.deepEqual(
      counted.filter(([metric]) => metric === 'RecursiveInvocationsDropped'),
      [['RecursiveInvocationsDropped', 'f']],
    );
  });

  it('asks fault rules once for each invocation, and once more where an environment starts', async () => {
    const asked: string[] = [];
    const hit = (kind: FaultHit['rule']['kind'], at: FaultHit['at']): FaultHit => ({
      mark: { rule: 'f1', kind },
      at,
      rule: { id: 'f1', functionName: '*', kind, source: 'any', seed: 's', enabled: true },
      draw: () => 0.5,
      giveBack: () => undefined,
    });
    const hits: (FaultHit | undefined)[] = [];
    const { invoker, made, history, request } = setUp({
      maxEnvironments: 1,
      faults: {
        decide: (point, { functionName, qualifier, source, isAsynchronous }) => {
          asked.push([point, functionName, qualifier, source, isAsynchronous].join(' '));
          return hits.shift();
        },
      },
    });
    hits.push(undefined, undefined, hit('slow-init', 'start'));
    const { fault } = await invoker.invoke(request('f', '3'));
    assert.deepEqual(fault, { rule: 'f1', kind: 'slow-init' });
    assert.deepEqual(asked, ['admission f 3 api false', 'admitted f 3 api false', 'start f 3 api false']);
    assert.equal(made[0]?.spec.initFault?.kind, 'slow');
    hits.push(undefined, hit('crash-after', 'admitted'));
    await invoker.invoke(request('f', '3'));
    // It is warm, and was hit before: nobody asks about its start.
    assert.equal(asked.length, 5);
    hits.push(hit('throttle', 'admission'));
    await assert.rejects(invoker.invoke(request('f', '3')), {
      code: 'TooManyRequestsException',
      headers: { 'x-lamplight-fault': 'f1 throttle' },
    });
    await invoker.idle();
    assert.equal(invoker.inFlight, 0);
    assert.deepEqual(
      history.map(({ summary }) => [summary.status, summary.fault?.kind]),
      [
        ['success', 'slow-init'],
        ['success', 'crash-after'],
        ['throttled', 'throttle'],
      ],
    );
  });

  it('blames no rule for what its environment did by itself', async () => {
    const hit: FaultHit = {
      mark: { rule: 'f1', kind: 'lost-environment' },
      at: 'admitted',
      rule: {
        id: 'f1',
        functionName: '*',
        kind: 'lost-environment',
        moment: 'end',
        source: 'any',
        seed: 's',
        enabled: true,
      },
      draw: () => 0.5,
      giveBack: () => assert.fail('it ran'),
    };
    const { invoker, made, history, request } = setUp({
      maxEnvironments: 1,
      faults: { decide: point => (point === 'admitted' ? hit : undefined) },
    });
    await assert.rejects(invoker.invoke(request('f')), { code: 'ServiceException' });
    assert.equal(made[0]?.ended, true);
    const { payload, fault } = await invoker.invoke(request('spared'));
    assert.deepEqual([payload?.toString(), fault, made[1]?.ended], ['1', undefined, false]);
    await invoker.idle();
    assert.deepEqual(
      history.map(({ summary }) => [summary.status, summary.fault?.kind]),
      [
        ['error', 'lost-environment'],
        ['success', undefined],
      ],
    );
  });

  it('uses up no rule for what is refused, dropped from its chain, or can’t be started', async () => {
    const asked: string[] = [];
    let back = 0;
    const hit: FaultHit = {
      mark: { rule: 'f1', kind: 'error' },
      at: 'admitted',
      rule: { id: 'f1', functionName: '*', kind: 'error', source: 'any', seed: 's', enabled: true },
      draw: () => 0.5,
      giveBack: () => {
        back++;
      },
    };
    const faults: FaultDecisions = {
      decide: point => {
        asked.push(point);
        return point === 'admitted' ? hit : undefined;
      },
    };
    const full = setUp({ maxEnvironments: 1, unreserved: 0, faults });
    await assert.rejects(full.invoker.invoke(full.request('f')), { code: 'TooManyRequestsException' });
    assert.deepEqual(asked.splice(0), ['admission']);
    const { invoker, history, request } = setUp({ maxEnvironments: 1, faults, takesEvents: () => false });
    await assert.rejects(invoker.invoke(request('f')), /it takes no event/);
    assert.deepEqual([back, history[0]?.summary.fault], [1, undefined]);
    const chain = setUp({ maxEnvironments: 1, faults });
    let traceId: string | undefined;
    for (let n = 0; n < 16; n++)
      traceId = (await chain.invoker.invoke({ ...chain.request('f'), ...(traceId && { traceId }) })).onward;
    asked.length = 0;
    await assert.rejects(chain.invoker.invoke({ ...chain.request('f'), ...(traceId && { traceId }) }), {
      code: 'RecursiveInvocationException',
    });
    assert.deepEqual(asked, ['admission']);
  });

  it('debugs one version while the others run on', async () => {
    const { debug, invoker, made, request } = setUp({ maxEnvironments: 8 });
    const debugId = debug.start({ functionName: 'f', qualifier: '3', clientId: 'window' });
    await invoker.invoke(request('f', '3'));
    await invoker.invoke(request('f'));
    await invoker.idle();
    assert.deepEqual(
      made.map(({ spec }) => [spec.version, spec.debugId]),
      [
        ['3', debugId],
        ['$LATEST', undefined],
      ],
    );
    debug.end(debugId);
    assert.deepEqual(
      made.map(({ ended }) => ended),
      [true, false],
    );
  });
});
