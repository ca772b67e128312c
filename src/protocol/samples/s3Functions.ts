/** Amazon S3 calling a function for its answer: Object Lambda and Batch Operations. */
import { arn, bucketArn, host, iamArn } from './arn.ts';
import { alphanumeric, token, uuid } from './identifier.ts';
import { account, jsonObject, region, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';

const guide = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide';

const bucket = text('Bucket', 'orders-bucket');
const key = text('Object key', 'incoming/order-1001.json');

export const s3FunctionSamples = [
  defineSample({
    id: 's3/object-lambda-get',
    service: 'Amazon S3 Object Lambda',
    title: 'GetObject',
    description: 'Fetch inputS3Url, and answer the transformed object by WriteGetObjectResponse.',
    docs: `${guide}/olap-event-context.html`,
    parameters: {
      key,
      accessPoint: text('Access point', 'orders'),
      payload: jsonObject('Payload of the access point', {}),
      region,
      account,
    },
    event: values => {
      const supporting = `${values.accessPoint}-${values.account}.${host('s3-accesspoint', values.region)}`;
      const objectLambda = `${values.accessPoint}-olap-${values.account}.${host('s3-object-lambda', values.region)}`;
      return {
        xAmzRequestId: uuid(`object lambda ${values.key}`),
        getObjectContext: {
          inputS3Url: `https://${supporting}/${values.key}?X-Amz-Security-Token=EXAMPLE`,
          outputRoute: 'io-use1-001',
          outputToken: token(`object lambda ${values.key}`, 48),
        },
        configuration: {
          accessPointArn: arn(
            's3-object-lambda',
            values.region,
            values.account,
            `accesspoint/${values.accessPoint}-olap`,
          ),
          supportingAccessPointArn: arn(
            's3',
            values.region,
            values.account,
            `accesspoint/${values.accessPoint}`,
          ),
          payload: JSON.stringify(values.payload),
        },
        userRequest: {
          url: `https://${objectLambda}/${values.key}`,
          headers: { Host: objectLambda, 'Accept-Encoding': 'identity', 'User-Agent': 'aws-cli/2.22.0' },
        },
        userIdentity: {
          type: 'IAMUser',
          principalId: 'AIDAIOSFODNN7EXAMPLE',
          arn: iamArn(values.region, values.account, 'user/jane'),
          accountId: values.account,
          accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
          userName: 'jane',
        },
        protocolVersion: '1.00',
      };
    },
  }),
  defineSample({
    id: 's3/batch-v1',
    service: 'Amazon S3 Batch Operations',
    title: 'Task, schema 1.0',
    description: 'Answer invocationSchemaVersion, invocationId, treatMissingKeysAs and a result a task.',
    docs: `${guide}/batch-ops-invoke-lambda.html`,
    parameters: { bucket, key, region },
    event: values => ({
      invocationSchemaVersion: '1.0',
      invocationId: token(`batch invocation ${values.key}`, 32),
      job: { id: uuid('batch job') },
      tasks: [
        {
          taskId: token(`batch task ${values.key}`, 16),
          s3Key: encodeURIComponent(values.key).replaceAll('%2F', '/'),
          s3VersionId: alphanumeric(`version ${values.key}`, 32),
          s3BucketArn: bucketArn(values.region, values.bucket),
        },
      ],
    }),
  }),
  defineSample({
    id: 's3/batch-v2',
    service: 'Amazon S3 Batch Operations',
    title: 'Task, schema 2.0',
    description: "Names the bucket itself, and carries the job's user arguments.",
    docs: `${guide}/batch-ops-invoke-lambda.html`,
    parameters: { bucket, key, userArguments: jsonObject('User arguments', { mode: 'thumbnail' }) },
    event: values => ({
      invocationSchemaVersion: '2.0',
      invocationId: token(`batch invocation ${values.key}`, 32),
      job: { id: uuid('batch job'), userArguments: values.userArguments },
      tasks: [
        {
          taskId: token(`batch task ${values.key}`, 16),
          s3Key: encodeURIComponent(values.key).replaceAll('%2F', '/'),
          s3VersionId: alphanumeric(`version ${values.key}`, 32),
          s3Bucket: values.bucket,
        },
      ],
    }),
  }),
] as const;
