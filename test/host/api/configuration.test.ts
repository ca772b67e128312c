/** The official SDK against a real host: every operation and paginator of what is configured beside functions. */
import assert from 'node:assert/strict';
import {
  AddPermissionCommand,
  CreateCodeSigningConfigCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionUrlConfigCommand,
  DeleteCodeSigningConfigCommand,
  DeleteEventSourceMappingCommand,
  DeleteFunctionCodeSigningConfigCommand,
  DeleteFunctionConcurrencyCommand,
  DeleteFunctionEventInvokeConfigCommand,
  DeleteFunctionUrlConfigCommand,
  DeleteProvisionedConcurrencyConfigCommand,
  DeleteResourcePolicyCommand,
  GetAccountSettingsCommand,
  GetCodeSigningConfigCommand,
  GetEventSourceMappingCommand,
  GetFunctionCodeSigningConfigCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionEventInvokeConfigCommand,
  GetFunctionRecursionConfigCommand,
  GetFunctionScalingConfigCommand,
  GetFunctionUrlConfigCommand,
  GetPolicyCommand,
  GetProvisionedConcurrencyConfigCommand,
  GetResourcePolicyCommand,
  GetRuntimeManagementConfigCommand,
  type LambdaClient,
  ListTagsCommand,
  paginateListCodeSigningConfigs,
  paginateListEventSourceMappings,
  paginateListFunctionEventInvokeConfigs,
  paginateListFunctionsByCodeSigningConfig,
  paginateListFunctionUrlConfigs,
  paginateListProvisionedConcurrencyConfigs,
  PutFunctionCodeSigningConfigCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  PutFunctionRecursionConfigCommand,
  PutFunctionScalingConfigCommand,
  PutProvisionedConcurrencyConfigCommand,
  PutResourcePolicyCommand,
  PutRuntimeManagementConfigCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateCodeSigningConfigCommand,
  UpdateEventSourceMappingCommand,
  UpdateFunctionEventInvokeConfigCommand,
  UpdateFunctionUrlConfigCommand,
} from '@aws-sdk/client-lambda';
import { createQueue } from '../../helpers/sqs.ts';
import { useTestHost } from '../../helpers/testHost.ts';
import { until } from '../../helpers/until.ts';
import {
  ARN,
  create,
  createWithAliases,
  PROFILE,
  QUEUE,
  refusalOf,
  statusOf,
  ZIP,
} from './configurationFixture.ts';

/** All items of a paginator's pages, which it needed more than one of. */
async function allOf<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  let count = 0;
  for await (const page of pages) {
    items.push(...(itemsOf(page) ?? []));
    count++;
  }
  assert.ok(count > 1, `${count} pages`);
  return items;
}

describe('the AWS SDK on what is configured beside functions', () => {
  const host = useTestHost();
  before(() => createQueue(host().ready, 'q'));
  const client = (): LambdaClient => host().client;

  it('policies, statement by statement and as documents', async () => {
    await create(client(), 'policy');
    const FunctionName = 'policy';
    const { Statement } = await client().send(
      new AddPermissionCommand({
        FunctionName,
        StatementId: 's3',
        Action: 'lambda:InvokeFunction',
        Principal: 's3.amazonaws.com',
        SourceArn: 'arn:aws:s3:::b',
      }),
    );
    const { Policy, RevisionId } = await client().send(new GetPolicyCommand({ FunctionName }));
    assert.deepEqual(JSON.parse(Policy ?? ''), {
      Version: '2012-10-17',
      Id: 'default',
      Statement: [JSON.parse(Statement ?? '')],
    });
    const at = { ResourceArn: `${ARN}policy` };
    const shown = await client().send(new GetResourcePolicyCommand(at));
    assert.deepEqual([shown.Policy, shown.RevisionId], [Policy, RevisionId]);
    const put = await client().send(
      new PutResourcePolicyCommand({ ...at, Policy: Policy ?? '', RevisionId }),
    );
    assert.notEqual(put.RevisionId, RevisionId);
    await client().send(new RemovePermissionCommand({ FunctionName, StatementId: 's3' }));
    assert.equal(
      await refusalOf(client().send(new DeleteResourcePolicyCommand(at))),
      'ResourceNotFoundException',
    );
    await client().send(new PutResourcePolicyCommand({ ...at, Policy: Policy ?? '' }));
    await client().send(new DeleteResourcePolicyCommand(at));
    assert.equal(
      await refusalOf(client().send(new GetPolicyCommand({ FunctionName }))),
      'ResourceNotFoundException',
    );
  });

  it('reserved and provisioned concurrency, and the account that they leave', async () => {
    const FunctionName = 'concurrency';
    await createWithAliases(client(), FunctionName, 'a', 'b');
    await client().send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 7 }));
    const reserved = await client().send(new GetFunctionConcurrencyCommand({ FunctionName }));
    assert.equal(reserved.ReservedConcurrentExecutions, 7);
    const { Concurrency } = await client().send(new GetFunctionCommand({ FunctionName }));
    assert.deepEqual(Concurrency, { ReservedConcurrentExecutions: 7 });
    const { AccountLimit, AccountUsage } = await client().send(new GetAccountSettingsCommand({}));
    assert.equal(AccountLimit?.UnreservedConcurrentExecutions, 993);
    assert.ok((AccountUsage?.TotalCodeSize ?? 0) >= 2 * ZIP.length);
    for (const Qualifier of ['a', 'b']) {
      const { Status, AllocatedProvisionedConcurrentExecutions: allocated } = await client().send(
        new PutProvisionedConcurrencyConfigCommand({
          FunctionName,
          Qualifier,
          ProvisionedConcurrentExecutions: 1,
        }),
      );
      assert.deepEqual([Status, allocated], ['IN_PROGRESS', 0]);
    }
    const configs = await allOf(
      paginateListProvisionedConcurrencyConfigs({ client: client(), pageSize: 1 }, { FunctionName }),
      page => page.ProvisionedConcurrencyConfigs,
    );
    assert.deepEqual(
      configs.map(config => config.FunctionArn),
      [`${ARN}concurrency:a`, `${ARN}concurrency:b`],
    );
    const at = { FunctionName, Qualifier: 'a' };
    const one = await client().send(new GetProvisionedConcurrencyConfigCommand(at));
    assert.equal(one.RequestedProvisionedConcurrentExecutions, 1);
    await client().send(new DeleteProvisionedConcurrencyConfigCommand(at));
    assert.equal(
      await refusalOf(client().send(new GetProvisionedConcurrencyConfigCommand(at))),
      'ProvisionedConcurrencyConfigNotFoundException',
    );
    await client().send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    const none = await client().send(new GetFunctionConcurrencyCommand({ FunctionName }));
    assert.equal(none.ReservedConcurrentExecutions, undefined);
  });

  it('event-invoke configuration', async () => {
    const FunctionName = 'event-invoke';
    await createWithAliases(client(), FunctionName, 'live');
    const DestinationConfig = { OnFailure: { Destination: QUEUE } };
    const put = await client().send(
      new PutFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 0, DestinationConfig }),
    );
    assert.ok(put.LastModified instanceof Date);
    assert.deepEqual(put.DestinationConfig, { OnSuccess: {}, ...DestinationConfig });
    const updated = await client().send(
      new UpdateFunctionEventInvokeConfigCommand({ FunctionName, MaximumEventAgeInSeconds: 60 }),
    );
    assert.deepEqual([updated.MaximumRetryAttempts, updated.MaximumEventAgeInSeconds], [0, 60]);
    await client().send(
      new PutFunctionEventInvokeConfigCommand({ FunctionName, Qualifier: 'live', MaximumRetryAttempts: 1 }),
    );
    const configs = await allOf(
      paginateListFunctionEventInvokeConfigs({ client: client(), pageSize: 1 }, { FunctionName }),
      page => page.FunctionEventInvokeConfigs,
    );
    assert.deepEqual(
      configs.map(config => config.MaximumRetryAttempts),
      [0, 1],
    );
    const got = await client().send(new GetFunctionEventInvokeConfigCommand({ FunctionName }));
    assert.equal(got.FunctionArn, `${ARN}event-invoke:$LATEST`);
    await client().send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName }));
    assert.equal(
      await refusalOf(client().send(new GetFunctionEventInvokeConfigCommand({ FunctionName }))),
      'ResourceNotFoundException',
    );
  });

  it('event source mappings', async () => {
    const FunctionName = 'mapped';
    await create(client(), FunctionName);
    const made = await client().send(
      new CreateEventSourceMappingCommand({ FunctionName, EventSourceArn: QUEUE, Tags: { a: 'b' } }),
    );
    const { UUID } = made;
    assert.ok(made.LastModified instanceof Date);
    const stateOf = async () => (await client().send(new GetEventSourceMappingCommand({ UUID }))).State;
    await until(async () => (await stateOf()) === 'Enabled', { what: 'the mapping to be Enabled' });
    const updated = await client().send(
      new UpdateEventSourceMappingCommand({ UUID, BatchSize: 5, Enabled: false }),
    );
    assert.deepEqual([updated.State, updated.BatchSize], ['Disabling', 5]);
    await until(async () => (await stateOf()) === 'Disabled', { what: 'the mapping to be Disabled' });
    const StartingPositionTimestamp = new Date('2026-01-01T00:00:00Z');
    const stream = await client().send(
      new CreateEventSourceMappingCommand({
        FunctionName,
        EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/s',
        StartingPosition: 'AT_TIMESTAMP',
        StartingPositionTimestamp,
      }),
    );
    assert.deepEqual(stream.StartingPositionTimestamp, StartingPositionTimestamp);
    const mappings = await allOf(
      paginateListEventSourceMappings({ client: client(), pageSize: 1 }, { FunctionName }),
      page => page.EventSourceMappings,
    );
    assert.deepEqual(mappings.map(mapping => mapping.UUID).sort(), [UUID, stream.UUID].sort());
    assert.equal((await client().send(new DeleteEventSourceMappingCommand({ UUID }))).State, 'Deleting');
    await until(async () => (await refusalOf(stateOf())) === 'ResourceNotFoundException', {
      what: 'the mapping to be gone',
    });
  });

  it('function URLs, which have a listener each', async () => {
    const FunctionName = 'url';
    await createWithAliases(client(), FunctionName, 'live');
    const made = await client().send(
      new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE', Cors: { AllowOrigins: ['*'] } }),
    );
    assert.equal(await statusOf(made.FunctionUrl ?? ''), 501);
    await client().send(
      new CreateFunctionUrlConfigCommand({ FunctionName, Qualifier: 'live', AuthType: 'AWS_IAM' }),
    );
    const urls = await allOf(
      paginateListFunctionUrlConfigs({ client: client(), pageSize: 1 }, { FunctionName }),
      page => page.FunctionUrlConfigs,
    );
    assert.deepEqual(
      urls.map(url => url.AuthType),
      ['NONE', 'AWS_IAM'],
    );
    const updated = await client().send(
      new UpdateFunctionUrlConfigCommand({ FunctionName, InvokeMode: 'RESPONSE_STREAM' }),
    );
    assert.equal(updated.FunctionUrl, made.FunctionUrl);
    const got = await client().send(new GetFunctionUrlConfigCommand({ FunctionName }));
    assert.deepEqual([got.InvokeMode, got.Cors], ['RESPONSE_STREAM', { AllowOrigins: ['*'] }]);
    await client().send(new DeleteFunctionUrlConfigCommand({ FunctionName }));
    await until(
      () =>
        statusOf(made.FunctionUrl ?? '').then(
          () => false,
          () => true,
        ),
      {
        what: 'the listener to be gone',
      },
    );
  });

  it('code signing configurations', async () => {
    const FunctionName = 'signed';
    const AllowedPublishers = { SigningProfileVersionArns: [PROFILE] };
    await create(client(), FunctionName);
    await create(client(), 'signed-too');
    const { CodeSigningConfig: config } = await client().send(
      new CreateCodeSigningConfigCommand({ AllowedPublishers, Description: 'd' }),
    );
    const CodeSigningConfigArn = config?.CodeSigningConfigArn;
    await client().send(new CreateCodeSigningConfigCommand({ AllowedPublishers }));
    await client().send(
      new UpdateCodeSigningConfigCommand({
        CodeSigningConfigArn,
        CodeSigningPolicies: { UntrustedArtifactOnDeployment: 'Enforce' },
      }),
    );
    const got = await client().send(new GetCodeSigningConfigCommand({ CodeSigningConfigArn }));
    assert.equal(got.CodeSigningConfig?.CodeSigningPolicies?.UntrustedArtifactOnDeployment, 'Enforce');
    const configs = await allOf(
      paginateListCodeSigningConfigs({ client: client(), pageSize: 1 }, {}),
      page => page.CodeSigningConfigs,
    );
    assert.equal(configs.length, 2);
    for (const name of [FunctionName, 'signed-too'])
      await client().send(
        new PutFunctionCodeSigningConfigCommand({ FunctionName: name, CodeSigningConfigArn }),
      );
    const functions = await allOf(
      paginateListFunctionsByCodeSigningConfig({ client: client(), pageSize: 1 }, { CodeSigningConfigArn }),
      page => page.FunctionArns,
    );
    assert.deepEqual(functions, [`${ARN}signed`, `${ARN}signed-too`]);
    const bound = await client().send(new GetFunctionCodeSigningConfigCommand({ FunctionName }));
    assert.equal(bound.CodeSigningConfigArn, CodeSigningConfigArn);
    const remove = () => client().send(new DeleteCodeSigningConfigCommand({ CodeSigningConfigArn }));
    assert.equal(await refusalOf(remove()), 'ResourceConflictException');
    for (const name of [FunctionName, 'signed-too'])
      await client().send(new DeleteFunctionCodeSigningConfigCommand({ FunctionName: name }));
    await remove();
  });

  it('tags, recursion, runtime management and scaling', async () => {
    const FunctionName = 'small';
    await createWithAliases(client(), FunctionName);
    const Resource = `${ARN}small`;
    await client().send(new TagResourceCommand({ Resource, Tags: { a: '1', b: '2' } }));
    await client().send(new UntagResourceCommand({ Resource, TagKeys: ['a', 'c'] }));
    assert.deepEqual((await client().send(new ListTagsCommand({ Resource }))).Tags, { b: '2' });
    await client().send(new PutFunctionRecursionConfigCommand({ FunctionName, RecursiveLoop: 'Allow' }));
    const recursion = await client().send(new GetFunctionRecursionConfigCommand({ FunctionName }));
    assert.equal(recursion.RecursiveLoop, 'Allow');
    await client().send(
      new PutRuntimeManagementConfigCommand({ FunctionName, UpdateRuntimeOn: 'FunctionUpdate' }),
    );
    const runtime = await client().send(new GetRuntimeManagementConfigCommand({ FunctionName }));
    assert.deepEqual([runtime.UpdateRuntimeOn, runtime.FunctionArn], ['FunctionUpdate', Resource]);
    const FunctionScalingConfig = { MinExecutionEnvironments: 1, MaxExecutionEnvironments: 2 };
    const at = { FunctionName, Qualifier: '1' };
    const scaled = await client().send(new PutFunctionScalingConfigCommand({ ...at, FunctionScalingConfig }));
    assert.equal(scaled.FunctionState, 'Active');
    const scaling = await client().send(new GetFunctionScalingConfigCommand(at));
    assert.deepEqual(scaling.RequestedFunctionScalingConfig, FunctionScalingConfig);
  });
});
