/** What fault rules ask of an environment, at the moments that real runtimes seldom give: on a clock that tests move. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Environment } from '../../../src/host/environments/environment.ts';
import type { EnvironmentFault, InitFault } from '../../../src/host/environments/fault.ts';
import { manualClock, type ManualClock } from '../../helpers/manualClock.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';
import { until } from '../../helpers/until.ts';
import { FakeEngine, fakeEnvironment, invokeFake, settle, type FakeEnvironment } from './fakeEngine.ts';

const note = 'rule f1';

describe('an environment that a fault rule concerns', () => {
  let folder: TemporaryFolder;
  let clock: ManualClock;
  let engine: FakeEngine;

  beforeEach(async () => {
    folder = await temporaryFolder('injection');
    clock = manualClock();
    engine = new FakeEngine();
  });
  afterEach(() => folder.remove());

  const made = (initFault?: InitFault): FakeEnvironment =>
    fakeEnvironment(engine, clock, folder.path, initFault && { initFault });
  const invoke = (environment: Environment, fault?: EnvironmentFault): ReturnType<Environment['invoke']> =>
    environment.invoke({
      requestId: randomUUID(),
      payload: Buffer.from('{}'),
      invokedFunctionArn: environment.spec.functionArn,
      ...(fault && { fault }),
    });

  it('takes as long to initialise as the rule says, and no longer the next time', async () => {
    const { environment } = made({ kind: 'slow', ms: 4_000, note });
    const init = environment.init();
    await until(() => engine.runtimes.length === 1, { what: 'its start' });
    await settle();
    clock.advance(3_999);
    await settle();
    assert.equal(environment.summary.state, 'init');
    clock.advance(2);
    await init;
    assert.equal(environment.summary.initMs, 4_001);
    // After a timeout it is initialised within the next event.
    const first = invoke(environment);
    clock.advance(3_000);
    assert.equal((await first.answer).errorType, 'Sandbox.Timedout');
    await first.phase;
    const next = invoke(environment);
    await until(() => engine.runtimes.length === 2, { what: 'the second start' });
    await settle();
    engine.last.answer('1');
    engine.last.next();
    assert.equal((await next.answer).payload.toString(), '1');
    assert.equal((await next.phase).status, 'success');
  });

  it('meets the limit of the init phase, and then the function’s own, where that is longer', async () => {
    const { environment } = made({ kind: 'slow', ms: 12_000, note });
    const init = environment.init();
    await until(() => engine.runtimes.length === 1, { what: 'its start' });
    await settle();
    clock.advance(10_000);
    await init;
    assert.equal(environment.summary.initMs, undefined);
    const event = invoke(environment);
    await until(() => engine.runtimes.length === 2, { what: 'the second start' });
    await settle();
    // What the first start was held back for comes to nothing.
    clock.advance(2_500);
    await settle();
    assert.equal(environment.summary.state, 'busy');
    clock.advance(500);
    assert.equal((await event.answer).errorType, 'Sandbox.Timedout');
    assert.equal((await event.phase).status, 'timeout');
    const next = invoke(environment);
    await until(() => engine.runtimes.length === 3, { what: 'the third start' });
    await settle();
    engine.last.answer('1');
    engine.last.next();
    assert.equal((await next.phase).status, 'success');
    await environment.stop('spindown');
    clock.advance(60_000);
  });

  it('says whether it was struck: not where its own failure came first', async () => {
    const lost: EnvironmentFault = { kind: 'crash', moment: 'end', note };
    // Its time is over before it has answered.
    const slow = made().environment;
    await slow.init();
    const late = invoke(slow, lost);
    clock.advance(3_000);
    const { struck, errorType } = await late.answer;
    assert.deepEqual([struck, errorType], [undefined, 'Sandbox.Timedout']);
    assert.doesNotMatch((await late.phase).log, /rule f1/);
    await slow.stop('spindown');
    engine = new FakeEngine();
    const quick = made().environment;
    await quick.init();
    const struckOne = invoke(quick, lost);
    engine.last.answer('1');
    assert.equal((await struckOne.answer).struck, true);
    await struckOne.phase;
    await quick.stop('spindown');
  });

  it('says whether its init was struck, to its first event only', async () => {
    for (const [initFault, isStruck] of [
      [{ kind: 'slow', ms: 1_000, note }, true],
      // It takes longer by itself.
      [{ kind: 'slow', ms: 0, note }, undefined],
    ] as const) {
      engine = new FakeEngine();
      const { environment } = made(initFault);
      const init = environment.init();
      await until(() => engine.runtimes.length === 1, { what: 'its start' });
      await settle();
      clock.advance(1_001);
      await init;
      for (const expected of [isStruck, undefined]) {
        const { answer, phase } = invoke(environment);
        engine.last.answer('1');
        engine.last.next();
        assert.equal((await answer).struck, expected);
        await phase;
      }
      await environment.stop('spindown');
    }
  });

  it('gives no event to a process that is killed after its answer, though that asks for one', async () => {
    const { environment, ended } = made();
    await environment.init();
    engine.last.mortal = false;
    const { answer, phase } = invoke(environment, { kind: 'crash-after', moment: 'end', note });
    engine.last.answer('1');
    assert.equal((await answer).payload.toString(), '1');
    engine.last.next();
    await settle();
    assert.equal(environment.summary.state, 'busy');
    assert.throws(() => invokeFake(environment), /takes no event while it is busy/);
    engine.last.exit(null);
    const { status, log } = await phase;
    assert.equal(status, 'success');
    assert.match(log, /^START .*\nrule f1\nEND .*\nREPORT /);
    await until(() => ended.length === 1, { what: 'its end' });
  });

  it('takes no answer in place of which it crashes, times out or fails', async () => {
    for (const [fault, errorType, status] of [
      [{ kind: 'crash' }, 'Runtime.ExitError', 'error'],
      [{ kind: 'timeout' }, 'Sandbox.Timedout', 'timeout'],
      [{ kind: 'error', errorType: 'E', errorMessage: 'm' }, 'E', 'error'],
    ] as const) {
      const { environment } = made();
      await environment.init();
      const { answer, phase } = invoke(environment, { ...fault, moment: 'end', note });
      engine.last.answer('"not taken"');
      engine.last.next();
      const { isError, errorType: told, payload } = await answer;
      assert.deepEqual([isError, told], [true, errorType]);
      assert.doesNotMatch(payload.toString(), /not taken/);
      const ended = await phase;
      assert.equal(ended.status, status);
      assert.match(ended.log, /rule f1/);
      await environment.stop('spindown');
      engine = new FakeEngine();
    }
  });

  it('writes an error as its runtime would', async () => {
    const fault: EnvironmentFault = {
      kind: 'error',
      moment: 'start',
      note,
      errorType: 'E',
      errorMessage: 'm',
    };
    const bodyOf = async (runtime: string): Promise<string> => {
      engine = new FakeEngine();
      const { environment } = fakeEnvironment(engine, clock, folder.path, { runtime });
      await environment.init();
      const { answer, phase } = invoke(environment, fault);
      const { payload } = await answer;
      await phase;
      await environment.stop('spindown');
      return payload.toString().replace(/[0-9a-f-]{36}/, 'ID');
    };
    assert.equal(await bodyOf('nodejs24.x'), '{"errorType":"E","errorMessage":"m","trace":[]}');
    assert.equal(
      await bodyOf('python3.13'),
      '{"errorMessage":"m","errorType":"E","requestId":"ID","stackTrace":[]}',
    );
  });
});
