import assert from 'node:assert/strict';
import { invoke } from '../host/environments/environmentHarness.ts';
import { docker, useContainers } from './support/containerHarness.ts';

describe('an environment in a container', () => {
  const harness = useContainers();

  it("initialises on AWS's own client, answers, stays warm and leaves nothing", async () => {
    const environment = await harness().start({
      'index.mjs': `
        let calls = 0;
        console.log('loading');
        export const handler = async (event, context) => {
          console.log('hello', event.a);
          process.stderr.write('raw\\n');
          return { event, calls: ++calls, id: context.awsRequestId, memory: context.memoryLimitInMB };
        };`,
    });
    const { containerId } = environment.summary;
    assert.equal(environment.summary.engine, 'docker');
    assert.equal(environment.summary.state, 'idle');
    const first = await invoke(environment, { a: 1 });
    assert.deepEqual(first.result, { event: { a: 1 }, calls: 1, id: first.requestId, memory: '512' });
    assert.equal(first.phase.status, 'success');
    assert.equal(first.phase.cold, true);
    const second = await invoke(environment, { a: 2 });
    assert.deepEqual(second.result, { event: { a: 2 }, calls: 2, id: second.requestId, memory: '512' });
    assert.equal(second.phase.cold, false);

    const log = second.phase.log.split('\n');
    assert.equal(log[0], `START RequestId: ${second.requestId} Version: $LATEST`);
    // Two pipes lead out of a container: the order between them is not kept (docs/fidelity.md).
    const output = log.slice(1, 3).sort();
    assert.match(output[0]!, new RegExp(`^\\d{4}-.*Z\\t${second.requestId}\\tINFO\\thello 2$`));
    assert.equal(output[1], 'raw');
    assert.equal(log[3], `END RequestId: ${second.requestId}`);
    assert.match(log[4]!, /^REPORT .*\tMemory Size: 512 MB\tMax Memory Used: \d+ MB\t$/);
    assert.ok(second.phase.report.maxMemoryUsedMb >= 20, 'a Node.js process uses more than 20 MB');

    await environment.stop('spindown');
    await assert.rejects(docker('inspect', containerId!), /No such/);
  });

  it("hands the client's error on as it is", async () => {
    const environment = await harness().start({
      'index.mjs': `export const handler = async () => { throw new TypeError('no such order'); };`,
    });
    const { answer, phase } = await invoke(environment);
    const body = JSON.parse(answer.payload.toString()) as Record<string, unknown>;
    assert.deepEqual(Object.keys(body), ['errorType', 'errorMessage', 'trace']);
    assert.equal(body['errorType'], 'TypeError');
    assert.equal(body['errorMessage'], 'no such order');
    assert.equal(answer.isError, true);
    assert.equal(phase.status, 'error');
  });

  it('runs a failed init again within the first invocation', async () => {
    const environment = await harness().start({ 'index.mjs': `throw new Error('no configuration');` });
    const { answer } = await invoke(environment);
    const body = JSON.parse(answer.payload.toString()) as Record<string, unknown>;
    assert.equal(body['errorMessage'], 'no configuration');
    assert.equal(answer.isError, true);
  });

  it('ends a handler that takes too long, keeps /tmp and starts over', async () => {
    const environment = await harness().start(
      {
        'index.mjs': `
          import { existsSync, writeFileSync } from 'node:fs';
          let calls = 0;
          export const handler = async event => {
            calls++;
            const kept = existsSync('/tmp/kept');
            if (event.hang) {
              writeFileSync('/tmp/kept', 'x');
              await new Promise(resolve => setTimeout(resolve, 60_000));
            }
            return { calls, kept };
          };`,
      },
      { timeout: 1 },
    );
    const before = environment.summary.containerId;
    const hung = await invoke(environment, { hang: true });
    assert.equal(hung.phase.status, 'timeout');
    assert.deepEqual(hung.result, {
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${hung.requestId} Error: Task timed out after 1.00 seconds`,
    });
    // A second time, so that a slow start of the new container shows as what it is.
    const after = await invoke(environment);
    assert.deepEqual(after.result, { calls: 1, kept: true });
    assert.notEqual(environment.summary.containerId, before);
  });

  const ends: readonly (readonly [what: string, code: string, message: string])[] = [
    ['exit 3', 'process.exit(3)', 'Runtime exited with error: exit status 3'],
    ['exit 0', 'process.exit(0)', 'Runtime exited without providing a reason'],
    [
      'SIGSEGV',
      "process.kill(process.pid, 'SIGSEGV')",
      'Runtime exited with error: signal: segmentation fault',
    ],
  ];
  for (const [what, code, message] of ends) {
    it(`tells of a runtime that ends with ${what}`, async () => {
      const environment = await harness().start({
        'index.mjs': `export const handler = async () => { ${code}; await new Promise(() => {}); };`,
      });
      const { result, requestId } = await invoke(environment);
      assert.deepEqual(result, {
        errorType: 'Runtime.ExitError',
        errorMessage: `RequestId: ${requestId} Error: ${message}`,
      });
    });
  }

  it('kills what needs more than MemorySize, without swap', async () => {
    const environment = await harness().start(
      {
        'index.mjs': `
          export const handler = async event => {
            const kept = [];
            while (event.hog) kept.push(Buffer.alloc(8 << 20, 1));
            return 'fine';
          };`,
      },
      { memorySize: 128 },
    );
    const { phase, answer } = await invoke(environment, { hog: true });
    assert.equal(phase.errorType, 'Runtime.OutOfMemory');
    assert.equal(phase.report.maxMemoryUsedMb, 128);
    assert.match(answer.payload.toString(), /signal: killed/);
    assert.equal((await invoke(environment)).result, 'fine');
  });

  it('runs several environments of one function at once', async () => {
    const files = {
      'index.mjs': `export const handler = async event => ({ event, host: process.env.HOSTNAME });`,
    };
    const all = await Promise.all([1, 2, 3].map(() => harness().start(files)));
    const answers = await Promise.all(all.map((environment, index) => invoke(environment, index)));
    const results = answers.map(({ result }) => result as { event: number; host: string });
    assert.deepEqual(
      results.map(({ event }) => event),
      [0, 1, 2],
    );
    assert.equal(new Set(results.map(({ host }) => host)).size, 3);
  });
});
