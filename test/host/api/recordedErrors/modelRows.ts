/** Requests that the model alone refuses: nothing has to be there, not even the operation behind it. */
import type { OperationName } from '../../../../src/host/api/operation.ts';
import { ask, plainly, type Provocation, type Provocations } from './provocation.ts';

const permission = { FunctionName: 'fn', StatementId: 's', Action: 'lambda:InvokeFunction', Principal: '*' };
const alias = { FunctionName: 'fn', Name: 'live', FunctionVersion: '1' };
const weights = (AdditionalVersionWeights: Readonly<Record<string, number>>): Provocation =>
  plainly('CreateAlias', { ...alias, RoutingConfig: { AdditionalVersionWeights } });
const url = (operation: OperationName, Qualifier: string): Provocation =>
  plainly(operation, {
    FunctionName: 'fn',
    Qualifier,
    ...(operation === 'CreateFunctionUrlConfig' ? { AuthType: 'NONE' } : {}),
  });
const publishLayer = (CompatibleRuntimes: string[], CompatibleArchitectures: string[]): Provocation =>
  plainly('PublishLayerVersion', {
    LayerName: 'l',
    Content: { ZipFile: 'UEsFBg==' },
    CompatibleRuntimes,
    CompatibleArchitectures,
  });
const tag =
  (kind: string, suffix = ''): Provocation =>
  world => {
    const id = kind === 'event-source-mapping' ? '00000000-0000-4000-8000-000000000000' : 'name';
    world.says('<resource-name>', id);
    return ask('TagResource', { Resource: `${world.arns}${kind}:${id}${suffix}`, Tags: { k: 'v' } });
  };

export const modelRows: Provocations = {
  5: plainly('AddLayerVersionPermission', {
    LayerName: 'l',
    VersionNumber: 1,
    StatementId: 's',
    Action: '*',
    Principal: '*',
  }),
  17: plainly('AddPermission', { ...permission, Qualifier: 'invalid-qualifier-with-?-char' }),
  18: plainly('AddPermission', { ...permission, StatementId: 'example.com' }),
  26: weights({ $LATEST: 0.5 }),
  27: plainly('CreateAlias', { ...alias, Name: '2024' }),
  28: weights({ 2: -1 }),
  29: weights({ 2: 2 }),
  51: plainly('CreateEventSourceMapping', { FunctionName: 'fn', StartingPosition: 'invalid' }),
  92: plainly('CreateFunctionUrlConfig', { FunctionName: 'fn', AuthType: 'NONE', InvokeMode: 'UNKNOWN' }),
  93: url('CreateFunctionUrlConfig', '1'),
  94: url('CreateFunctionUrlConfig', '$LATEST'),
  95: url('CreateFunctionUrlConfig', '1'),
  96: url('CreateFunctionUrlConfig', '2'),
  113: url('DeleteFunctionUrlConfig', '1'),
  114: url('DeleteFunctionUrlConfig', '$LATEST'),
  115: url('DeleteFunctionUrlConfig', '1'),
  116: url('DeleteFunctionUrlConfig', '2'),
  158: url('GetFunctionUrlConfig', '1'),
  159: url('GetFunctionUrlConfig', '$LATEST'),
  160: url('GetFunctionUrlConfig', '1'),
  161: url('GetFunctionUrlConfig', '2'),
  167: world => {
    const layer = world.says('<resource:1>', 'l');
    return ask('GetLayerVersionByArn', { Arn: `${world.arns}layer:${layer}` });
  },
  197: plainly('ListFunctions', { FunctionVersion: 'invalid' }),
  199: plainly('ListLayers', { CompatibleArchitecture: 'archdoesnotexist' }),
  200: plainly('ListLayers', { CompatibleRuntime: 'runtimedoesnotexist' }),
  207: publishLayer(['invalidruntime'], ['invalidarch']),
  208: publishLayer(['invalidruntime', 'invalidruntime2', 'nodejs20.x'], ['invalidarch', 'x86_64']),
  234: world => {
    const name = world.name();
    const { region, accountId } = world.host.ready;
    const Destination = `arn:aws:_-/!lambda:${region}:${accountId}:function:${name}`;
    return ask('PutFunctionEventInvokeConfig', {
      FunctionName: name,
      DestinationConfig: { OnFailure: { Destination } },
    });
  },
  235: plainly('PutFunctionRecursionConfig', { FunctionName: 'fn', RecursiveLoop: 'InvalidValue' }),
  247: plainly('PutProvisionedConcurrencyConfig', {
    FunctionName: 'fn',
    Qualifier: '1',
    ProvisionedConcurrentExecutions: 0,
  }),
  269: tag('event-source-mapping', ':alias'),
  270: tag('capacity-provider', ':alias'),
  271: tag('foobar'),
  272: plainly('TagResource', { Resource: 'arn:aws:something', Tags: { k: 'v' } }),
  277: plainly('UntagResource', { Resource: 'arn:aws:lambda:us-east-1:000000000000:function:fn' }),
  309: url('UpdateFunctionUrlConfig', '1'),
  310: url('UpdateFunctionUrlConfig', '$LATEST'),
  311: url('UpdateFunctionUrlConfig', '1'),
  312: url('UpdateFunctionUrlConfig', '2'),
  C19: plainly('UpdateEventSourceMapping', { UUID: '00000000-0000-4000-8000-000000000000', BatchSize: 0 }),
  C20: plainly('UpdateEventSourceMapping', {
    UUID: '00000000-0000-4000-8000-000000000000',
    ScalingConfig: { MaximumConcurrency: 1 },
  }),
  C23: plainly('UpdateEventSourceMapping', {
    UUID: '00000000-0000-4000-8000-000000000000',
    FunctionResponseTypes: ['ReportBatchItemFailures', 'ReportBatchItemFailures'],
  }),
  C44: plainly('ListAliases', { FunctionName: 'fn', MaxItems: 0 }),
};
