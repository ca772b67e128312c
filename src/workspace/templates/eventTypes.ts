/** What invokes a function, as its template says: by SAM's `Events`, and by the resources of plain CloudFormation and CDK. */
import type { LoadedTemplate } from './loadTemplate.ts';
import type { Resource } from './scope.ts';
import { child, entriesOf, plainText, type TemplateNode } from './templateNode.ts';

/** SAM's words for services that a permission or an event source mapping names. */
const OF_PRINCIPAL: Readonly<Record<string, readonly string[]>> = {
  // REST and HTTP APIs have the same principal.
  'apigateway.amazonaws.com': ['Api', 'HttpApi'],
  'cognito-idp.amazonaws.com': ['Cognito'],
  'elasticloadbalancing.amazonaws.com': ['LoadBalancer'],
  'events.amazonaws.com': ['EventBridgeRule'],
  'iot.amazonaws.com': ['IoTRule'],
  'logs.amazonaws.com': ['CloudWatchLogs'],
  's3.amazonaws.com': ['S3'],
  'sns.amazonaws.com': ['SNS'],
};

/** By the service in an ARN, and in a resource's type (`AWS::SQS::Queue`), in lower case. */
const OF_SOURCE: Readonly<Record<string, string>> = {
  amazonmq: 'MQ',
  docdb: 'DocumentDB',
  dynamodb: 'DynamoDB',
  kafka: 'MSK',
  kinesis: 'Kinesis',
  mq: 'MQ',
  msk: 'MSK',
  rds: 'DocumentDB',
  sqs: 'SQS',
};

/** Types of SAM's `Events` (`Api`, `SQS` …), or `FunctionUrl`; sorted, each once. */
export function eventTypesOf(template: LoadedTemplate, { logicalId, properties }: Resource): string[] {
  const types = new Set<string>();
  for (const { value } of entriesOf(child(properties, 'Events'))) {
    const type = plainText(child(value, 'Type'));
    if (type !== undefined) types.add(type);
  }
  if (child(properties, 'FunctionUrlConfig') !== undefined) types.add('FunctionUrl');
  for (const other of template.resources.values())
    for (const type of typesOf(template, other, logicalId)) types.add(type);
  return [...types].sort();
}

/** What another resource says of the function. */
function typesOf(template: LoadedTemplate, { type, properties }: Resource, id: string): readonly string[] {
  if (!type.startsWith('AWS::Lambda::')) return [];
  const names = (key: string): boolean => resourceNamed(child(properties, key)) === id;
  switch (type) {
    case 'AWS::Lambda::Permission':
      return names('FunctionName')
        ? (OF_PRINCIPAL[plainText(child(properties, 'Principal')) ?? ''] ?? [])
        : [];
    case 'AWS::Lambda::EventSourceMapping':
      return names('FunctionName') ? sourceType(template, properties) : [];
    case 'AWS::Lambda::Url':
      return names('TargetFunctionArn') ? ['FunctionUrl'] : [];
    default:
      return [];
  }
}

function sourceType(template: LoadedTemplate, properties: TemplateNode | undefined): string[] {
  if (child(properties, 'SelfManagedEventSource') !== undefined) return ['SelfManagedKafka'];
  const source = child(properties, 'EventSourceArn');
  const [, , ofArn] = (plainText(source) ?? '').split(':');
  const [, ofType] = (template.resources.get(resourceNamed(source) ?? '')?.type ?? '').split('::');
  const type = OF_SOURCE[(ofArn ?? ofType ?? '').toLowerCase()];
  return type === undefined ? [] : [type];
}

/** The resource that a `Ref` or an `Fn::GetAtt` names. */
function resourceNamed(node: TemplateNode | undefined): string | undefined {
  const attribute = child(node, 'Fn::GetAtt');
  return plainText(child(node, 'Ref') ?? (attribute?.kind === 'list' ? attribute.items[0] : attribute));
}
