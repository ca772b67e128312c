/** AWS CloudFormation custom resources. */
import { arn } from './arn.ts';
import { uuid } from './identifier.ts';
import type { JsonObject } from './json.ts';
import { account, jsonObject, region, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';

const service = 'AWS CloudFormation';
const docs = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html';

interface Resource {
  readonly type: string;
  readonly logicalId: string;
  readonly properties: JsonObject;
  readonly stack: string;
  readonly functionName: string;
  readonly responseUrl: string;
  readonly region: string;
  readonly account: string;
}

function request(resource: Resource, requestType: string, more: JsonObject = {}): JsonObject {
  const serviceToken = arn('lambda', resource.region, resource.account, `function:${resource.functionName}`);
  return {
    RequestType: requestType,
    ServiceToken: serviceToken,
    ResponseURL: resource.responseUrl,
    StackId: arn(
      'cloudformation',
      resource.region,
      resource.account,
      `stack/${resource.stack}/${uuid(`stack ${resource.stack}`)}`,
    ),
    RequestId: uuid(`${requestType} ${resource.logicalId}`),
    LogicalResourceId: resource.logicalId,
    ResourceType: resource.type,
    ResourceProperties: { ServiceToken: serviceToken, ...resource.properties },
    ...more,
  };
}

const resource = {
  type: text('Resource type', 'Custom::OrderSeed'),
  logicalId: text('Logical id', 'OrderSeed'),
  properties: jsonObject('Properties', { Table: 'orders', Items: '10' }),
  stack: text('Stack', 'orders'),
  functionName: text('Function', 'orders-seed'),
  // Nothing listens there: a function that answers as in AWS fails to, and reaches nobody.
  responseUrl: text('Response URL', 'https://pre-signed-s3-url-for-response.invalid/'),
  region,
  account,
};
const physicalId = text('Physical id', 'orders-seed-1');

export const cloudFormationSamples = [
  defineSample({
    id: 'cloudformation/create',
    service,
    title: 'Custom resource, Create',
    description: 'Make the resource, and PUT the outcome to ResponseURL.',
    docs,
    parameters: resource,
    event: values => request(values, 'Create'),
  }),
  defineSample({
    id: 'cloudformation/update',
    service,
    title: 'Custom resource, Update',
    description: 'Properties have changed; a new PhysicalResourceId in the answer replaces the resource.',
    docs,
    parameters: {
      ...resource,
      physicalId,
      oldProperties: jsonObject('Old properties', { Table: 'orders', Items: '5' }),
    },
    event: ({ physicalId: id, oldProperties, ...values }) =>
      request(values, 'Update', {
        PhysicalResourceId: id,
        OldResourceProperties: {
          ServiceToken: arn('lambda', values.region, values.account, `function:${values.functionName}`),
          ...oldProperties,
        },
      }),
  }),
  defineSample({
    id: 'cloudformation/delete',
    service,
    title: 'Custom resource, Delete',
    description: 'Remove the resource, and PUT the outcome to ResponseURL.',
    docs,
    parameters: { ...resource, physicalId },
    event: ({ physicalId: id, ...values }) => request(values, 'Delete', { PhysicalResourceId: id }),
  }),
] as const;
