/** Provisioned concurrency on a real host: ahead of traffic, with the right type, replaced, throttled by. */
import assert from 'node:assert/strict';
import {
  CreateAliasCommand,
  GetProvisionedConcurrencyConfigCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { call, createFunction } from '../../helpers/functions.ts';
import { useTestHost } from '../../helpers/testHost.ts';
import { until } from '../../helpers/until.ts';
import { zipOf } from '../../helpers/zip.ts';

const source = (name: string): string => `
  const bornAt = Date.now();
  exports.handler = async event => {
    if (event.crash) process.exit(1);
    if (event.ms) await new Promise(done => setTimeout(done, event.ms));
    return { name: '${name}', pid: process.pid, age: Date.now() - bornAt, type: process.env.AWS_LAMBDA_INITIALIZATION_TYPE };
  };`;

interface Told {
  readonly name: string;
  readonly pid: number;
  readonly age: number;
  readonly type: string;
}

describe('provisioned concurrency of a real host', () => {
  const host = useTestHost();
  const FunctionName = 'ahead';
  const ready = async (): Promise<void> => {
    const asked = new GetProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier: 'live' });
    await until(async () => (await host().client.send(asked)).Status === 'READY', { what: 'READY' });
  };
  const told = async (event: object = {}, Qualifier = 'live'): Promise<Told> =>
    (await call(host().client, FunctionName, event, { Qualifier })).payload as Told;

  before(async () => {
    const { client } = host();
    await createFunction(client, FunctionName, source('one'));
    await client.send(new PublishVersionCommand({ FunctionName }));
    await client.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
    const answer = await client.send(
      new PutProvisionedConcurrencyConfigCommand({
        FunctionName,
        Qualifier: 'live',
        ProvisionedConcurrentExecutions: 2,
      }),
    );
    assert.deepEqual([answer.Status, answer.AllocatedProvisionedConcurrentExecutions], ['IN_PROGRESS', 0]);
    await ready();
  });

  it('initialises ahead, spills over on demand, and tells the handler which is which', async () => {
    const { client } = host();
    const config = await client.send(
      new GetProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier: 'live' }),
    );
    assert.equal(config.AllocatedProvisionedConcurrentExecutions, 2);
    assert.equal(config.AvailableProvisionedConcurrentExecutions, 2);
    const all = await Promise.all([1, 2, 3].map(() => told({ ms: 300 })));
    assert.deepEqual(all.map(({ type }) => type).sort(), [
      'on-demand',
      'provisioned-concurrency',
      'provisioned-concurrency',
    ]);
    assert.equal((await told({}, '$LATEST')).type, 'on-demand');
    const { log } = await call(client, FunctionName, {}, { Qualifier: 'live' });
    assert.doesNotMatch(log, /Init Duration/);
  });

  it('replaces an environment that crashed, before anybody needs it', async () => {
    const { client } = host();
    const first = await told();
    await call(client, FunctionName, { crash: true }, { Qualifier: 'live' });
    // Two that are warm are there again: both calls find one.
    await until(
      async () => {
        const both = await Promise.all([told({ ms: 200 }), told({ ms: 200 })]);
        return both.every(({ type }) => type === 'provisioned-concurrency');
      },
      { what: 'two provisioned environments' },
    );
    const { log } = await call(client, FunctionName, {}, { Qualifier: 'live' });
    assert.doesNotMatch(log, /INIT_/);
    assert.equal(first.type, 'provisioned-concurrency');
  });

  it('moves with the alias', async () => {
    const { client } = host();
    await client.send(
      new UpdateFunctionCodeCommand({ FunctionName, ZipFile: await zipOf({ 'index.js': source('two') }) }),
    );
    await waitUntilFunctionUpdatedV2(
      { client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.05 },
      { FunctionName },
    );
    await client.send(new PublishVersionCommand({ FunctionName }));
    await client.send(new UpdateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '2' }));
    await ready();
    const { name, type } = await told();
    assert.deepEqual([name, type], ['two', 'provisioned-concurrency']);
  });

  it('leaves nothing to others where all that is reserved is provisioned', async () => {
    const { client } = host();
    await client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 2 }));
    await assert.rejects(told({}, '$LATEST'), {
      name: 'TooManyRequestsException',
      message: 'Rate Exceeded.',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    });
    assert.equal((await told()).type, 'provisioned-concurrency');
  });
});
