/**
 * What `Ref` and `Fn::GetAtt` give for a resource that exists only in a template: AWS's own forms (CloudFormation
 * resource reference, "Return values" of each type), with the logical id where AWS would make a name up.
 */
import { intrinsicOf, child } from './templateNode.ts';
import { evaluate } from './intrinsics.ts';
import { guarded, type Resource, type Scope } from './scope.ts';

interface ResourceKind {
  /** Property that holds the name; AWS makes one up where it is missing. */
  readonly name?: string;
  readonly ref: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:{region}:{account}:${resource}`;

const lambdaFunction: ResourceKind = {
  name: 'FunctionName',
  ref: '{name}',
  attributes: { Arn: arn('lambda', 'function:{name}') },
};
const layerVersion: ResourceKind = {
  name: 'LayerName',
  ref: arn('lambda', 'layer:{name}:1'),
  attributes: { LayerVersionArn: arn('lambda', 'layer:{name}:1') },
};
const table: ResourceKind = {
  name: 'TableName',
  ref: '{name}',
  attributes: {
    Arn: arn('dynamodb', 'table/{name}'),
    StreamArn: arn('dynamodb', 'table/{name}/stream/1970-01-01T00:00:00.000'),
  },
};
const stateMachine = (name: string): ResourceKind => ({
  name,
  ref: arn('states', 'stateMachine:{name}'),
  attributes: { Arn: arn('states', 'stateMachine:{name}'), Name: '{name}' },
});
const named = (name: string, ownArn: string): ResourceKind => ({
  name,
  ref: '{name}',
  attributes: { Arn: ownArn, Name: '{name}' },
});
const api = (name: string): ResourceKind => ({
  name,
  ref: '{id}',
  attributes: {
    RootResourceId: '{id}',
    ApiId: '{id}',
    ApiEndpoint: 'https://{id}.execute-api.{region}.amazonaws.com',
  },
});

/** Kinds and attributes are looked up by what a template says, which may be `constructor`: only own members count. */
function own<T>(members: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return members !== undefined && Object.hasOwn(members, name) ? members[name] : undefined;
}

const kinds: Readonly<Record<string, ResourceKind>> = {
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Serverless::Function': lambdaFunction,
  'AWS::Lambda::LayerVersion': layerVersion,
  'AWS::Serverless::LayerVersion': layerVersion,
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::Serverless::SimpleTable': table,
  'AWS::SQS::Queue': {
    name: 'QueueName',
    ref: 'https://sqs.{region}.amazonaws.com/{account}/{name}',
    attributes: {
      Arn: arn('sqs', '{name}'),
      QueueName: '{name}',
      QueueUrl: 'https://sqs.{region}.amazonaws.com/{account}/{name}',
    },
  },
  'AWS::SNS::Topic': {
    name: 'TopicName',
    ref: arn('sns', '{name}'),
    attributes: { TopicArn: arn('sns', '{name}'), TopicName: '{name}' },
  },
  'AWS::S3::Bucket': {
    name: 'BucketName',
    ref: '{name}',
    attributes: {
      Arn: 'arn:aws:s3:::{name}',
      DomainName: '{name}.s3.amazonaws.com',
      RegionalDomainName: '{name}.s3.{region}.amazonaws.com',
    },
  },
  'AWS::Kinesis::Stream': named('Name', arn('kinesis', 'stream/{name}')),
  'AWS::KinesisFirehose::DeliveryStream': named(
    'DeliveryStreamName',
    arn('firehose', 'deliverystream/{name}'),
  ),
  'AWS::Events::EventBus': named('Name', arn('events', 'event-bus/{name}')),
  'AWS::Events::Rule': named('Name', arn('events', 'rule/{name}')),
  'AWS::Scheduler::Schedule': named('Name', arn('scheduler', 'schedule/default/{name}')),
  'AWS::StepFunctions::StateMachine': stateMachine('StateMachineName'),
  'AWS::Serverless::StateMachine': stateMachine('Name'),
  'AWS::IAM::Role': {
    name: 'RoleName',
    ref: '{name}',
    attributes: { Arn: 'arn:aws:iam::{account}:role/{name}', RoleId: '{id}' },
  },
  'AWS::Logs::LogGroup': {
    name: 'LogGroupName',
    ref: '{name}',
    attributes: { Arn: arn('logs', 'log-group:{name}:*') },
  },
  'AWS::SSM::Parameter': { name: 'Name', ref: '{name}' },
  'AWS::SecretsManager::Secret': {
    name: 'Name',
    ref: arn('secretsmanager', 'secret:{name}'),
    attributes: { Id: arn('secretsmanager', 'secret:{name}') },
  },
  'AWS::KMS::Key': { ref: '{id}', attributes: { Arn: arn('kms', 'key/{id}'), KeyId: '{id}' } },
  'AWS::Cognito::UserPool': {
    ref: '{region}_{id}',
    attributes: { Arn: arn('cognito-idp', 'userpool/{region}_{id}'), UserPoolId: '{region}_{id}' },
  },
  'AWS::Cognito::UserPoolClient': { ref: '{id}', attributes: { ClientId: '{id}' } },
  'AWS::Serverless::Api': api('Name'),
  'AWS::Serverless::HttpApi': api('Name'),
  'AWS::ApiGateway::RestApi': api('Name'),
  'AWS::ApiGatewayV2::Api': api('Name'),
};

/** The name a resource has in AWS: its name property, else the logical id. */
export function resourceName(resource: Resource, scope: Scope): string {
  const property = own(kinds, resource.type)?.name;
  const node = property === undefined ? undefined : child(resource.properties, property);
  if (node === undefined) return resource.logicalId;
  // A name without an intrinsic can't lead in a circle, and most are.
  if (node.kind === 'scalar' && intrinsicOf(node) === undefined) {
    return node.text === '' ? resource.logicalId : node.text;
  }
  const value = guarded(scope, `the name of ${resource.logicalId}`, node, () => evaluate(node, scope));
  return typeof value === 'string' && value !== '' ? value : resource.logicalId;
}

/** `Ref`; undefined where this type's form isn't known here. */
export function refOf(resource: Resource, scope: Scope): string | undefined {
  const kind = own(kinds, resource.type);
  return kind === undefined ? undefined : fill(kind.ref, resource, scope);
}

/** `Fn::GetAtt`; undefined where this attribute's form isn't known here. */
export function attributeOf(resource: Resource, attribute: string, scope: Scope): string | undefined {
  const form = own(own(kinds, resource.type)?.attributes, attribute);
  return form === undefined ? undefined : fill(form, resource, scope);
}

function fill(form: string, resource: Resource, scope: Scope): string {
  return form.replace(/\{(\w+)\}/g, (_, part: string) => {
    if (part === 'region') return scope.region;
    if (part === 'account') return scope.accountId;
    return part === 'id' ? resource.logicalId : resourceName(resource, scope);
  });
}
