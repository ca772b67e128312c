/** One call of every operation that succeeds, in an order in which each finds what it needs: what everyOperation.test.ts sends. */
import type { InputOf, OperationName } from '../../../src/host/api/operation.ts';
import { ARN, PROFILE, QUEUE, ZIP } from './configurationFixture.ts';

/** Operations that answer 501 (docs/fidelity.md). */
export type NotThere = Extract<
  OperationName,
  `${string}Durable${string}` | `${string}CapacityProvider${string}`
>;

/** Output of an operation's last call, as the SDK read it. */
export type Seen = (operation: OperationName) => Readonly<Record<string, unknown>>;

/** Inputs to send one after the other; of a list, the one that is to have several pages comes last. */
type RoundTrip<Name extends OperationName> =
  | readonly [InputOf<Name>, ...InputOf<Name>[]]
  | ((seen: Seen) => readonly [InputOf<Name>, ...InputOf<Name>[]]);

const FunctionName = 'f';
const Role = 'arn:aws:iam::000000000000:role/r';
const Code = { ZipFile: ZIP };
const Resource = `${ARN}f`;
const LAYER = { LayerName: 'l', VersionNumber: 1 };
const LIVE = { FunctionName, Qualifier: 'live' };
const FAILURES = { OnFailure: { Destination: QUEUE } };
const AllowedPublishers = { SigningProfileVersionArns: [PROFILE] };
const STATEMENT = { StatementId: 's', Principal: '111111111111' };

const create = (name: string): InputOf<'CreateFunction'> => ({
  FunctionName: name,
  Runtime: 'nodejs22.x',
  Handler: 'index.handler',
  Role,
  Code,
});
const configOf = (seen: Seen): { readonly CodeSigningConfigArn: string } => ({
  CodeSigningConfigArn: String(
    (seen('CreateCodeSigningConfig')['CodeSigningConfig'] as Readonly<Record<string, unknown>>)[
      'CodeSigningConfigArn'
    ],
  ),
});
const mappingOf = (seen: Seen): { readonly UUID: string } => ({
  UUID: String(seen('CreateEventSourceMapping')['UUID']),
});

export const roundTrips: { readonly [Name in Exclude<OperationName, NotThere>]: RoundTrip<Name> } = {
  // What the rest is about, two of each.
  CreateFunction: [create('g'), create(FunctionName)],
  UpdateFunctionConfiguration: [{ FunctionName, Description: 'd', Timeout: 5 }],
  UpdateFunctionCode: [{ FunctionName, ZipFile: ZIP }],
  PublishVersion: [{ FunctionName }],
  CreateAlias: [
    { FunctionName, Name: 'next', FunctionVersion: '1' },
    { FunctionName, Name: 'live', FunctionVersion: '1' },
  ],
  UpdateAlias: [{ FunctionName, Name: 'live', Description: 'd' }],
  PublishLayerVersion: [
    { LayerName: 'm', Content: { ZipFile: ZIP } },
    { LayerName: 'l', Content: { ZipFile: ZIP }, CompatibleRuntimes: ['nodejs22.x'] },
    { LayerName: 'l', Content: { ZipFile: ZIP }, LicenseInfo: 'MIT' },
  ],
  Invoke: [{ FunctionName, Payload: Buffer.from('{"a":1}') }],
  InvokeAsync: [{ FunctionName, InvokeArgs: Buffer.from('{"a":1}') }],
  InvokeWithResponseStream: [{ FunctionName, Payload: Buffer.from('{"a":1}') }],

  GetFunction: [{ FunctionName }],
  GetFunctionConfiguration: [{ FunctionName, Qualifier: '1' }],
  GetAlias: [{ FunctionName, Name: 'live' }],
  GetLayerVersion: [LAYER],
  GetLayerVersionByArn: [{ Arn: 'arn:aws:lambda:us-east-1:000000000000:layer:l:2' }],
  ListFunctions: [{}],
  ListVersionsByFunction: [{ FunctionName }],
  ListAliases: [{ FunctionName }],
  ListLayers: [{}],
  ListLayerVersions: [{ LayerName: 'l' }],

  // Policies.
  AddLayerVersionPermission: [{ ...LAYER, ...STATEMENT, Action: 'lambda:GetLayerVersion' }],
  GetLayerVersionPolicy: [LAYER],
  RemoveLayerVersionPermission: [{ ...LAYER, StatementId: 's' }],
  AddPermission: [{ FunctionName, ...STATEMENT, Action: 'lambda:InvokeFunction' }],
  GetPolicy: [{ FunctionName }],
  GetResourcePolicy: [{ ResourceArn: Resource }],
  RemovePermission: [{ FunctionName, StatementId: 's' }],
  PutResourcePolicy: seen => [{ ResourceArn: Resource, Policy: String(seen('GetResourcePolicy')['Policy']) }],
  DeleteResourcePolicy: [{ ResourceArn: Resource }],

  // What is configured beside a function.
  PutFunctionConcurrency: [{ FunctionName, ReservedConcurrentExecutions: 10 }],
  GetFunctionConcurrency: [{ FunctionName }],
  PutProvisionedConcurrencyConfig: [
    { FunctionName, Qualifier: 'next', ProvisionedConcurrentExecutions: 1 },
    { ...LIVE, ProvisionedConcurrentExecutions: 1 },
  ],
  GetProvisionedConcurrencyConfig: [LIVE],
  ListProvisionedConcurrencyConfigs: [{ FunctionName }],
  DeleteProvisionedConcurrencyConfig: [LIVE],
  DeleteFunctionConcurrency: [{ FunctionName }],
  PutFunctionEventInvokeConfig: [
    { FunctionName, MaximumRetryAttempts: 0 },
    { ...LIVE, DestinationConfig: FAILURES },
  ],
  UpdateFunctionEventInvokeConfig: [{ ...LIVE, MaximumEventAgeInSeconds: 60 }],
  GetFunctionEventInvokeConfig: [LIVE],
  ListFunctionEventInvokeConfigs: [{ FunctionName }],
  DeleteFunctionEventInvokeConfig: [LIVE],
  CreateFunctionUrlConfig: [
    { FunctionName, AuthType: 'NONE' },
    { ...LIVE, AuthType: 'AWS_IAM' },
  ],
  UpdateFunctionUrlConfig: [{ ...LIVE, Cors: { AllowOrigins: ['*'] } }],
  GetFunctionUrlConfig: [LIVE],
  ListFunctionUrlConfigs: [{ FunctionName }],
  DeleteFunctionUrlConfig: [LIVE],
  PutRuntimeManagementConfig: [{ FunctionName, UpdateRuntimeOn: 'FunctionUpdate' }],
  GetRuntimeManagementConfig: [{ FunctionName }],
  PutFunctionRecursionConfig: [{ FunctionName, RecursiveLoop: 'Allow' }],
  GetFunctionRecursionConfig: [{ FunctionName }],
  PutFunctionScalingConfig: [
    { FunctionName, Qualifier: '1', FunctionScalingConfig: { MinExecutionEnvironments: 1 } },
  ],
  GetFunctionScalingConfig: [{ FunctionName, Qualifier: '1' }],
  TagResource: [{ Resource, Tags: { a: '1' } }],
  ListTags: [{ Resource }],
  UntagResource: [{ Resource, TagKeys: ['a'] }],

  // What outlives functions.
  CreateEventSourceMapping: [
    { FunctionName: 'g', EventSourceArn: QUEUE },
    { FunctionName, EventSourceArn: QUEUE },
  ],
  UpdateEventSourceMapping: seen => [{ ...mappingOf(seen), BatchSize: 5 }],
  GetEventSourceMapping: seen => [mappingOf(seen)],
  ListEventSourceMappings: [{}],
  DeleteEventSourceMapping: seen => [mappingOf(seen)],
  CreateCodeSigningConfig: [{ AllowedPublishers }, { AllowedPublishers }],
  UpdateCodeSigningConfig: seen => [{ ...configOf(seen), Description: 'd' }],
  GetCodeSigningConfig: seen => [configOf(seen)],
  ListCodeSigningConfigs: [{}],
  PutFunctionCodeSigningConfig: seen => [
    { FunctionName: 'g', ...configOf(seen) },
    { FunctionName, ...configOf(seen) },
  ],
  GetFunctionCodeSigningConfig: [{ FunctionName }],
  ListFunctionsByCodeSigningConfig: seen => [configOf(seen)],
  DeleteFunctionCodeSigningConfig: [{ FunctionName: 'g' }, { FunctionName }],
  DeleteCodeSigningConfig: seen => [configOf(seen)],
  GetAccountSettings: [{}],

  // And away with it.
  DeleteAlias: [{ FunctionName, Name: 'next' }],
  DeleteLayerVersion: [LAYER],
  DeleteFunction: [{ FunctionName }],
};
