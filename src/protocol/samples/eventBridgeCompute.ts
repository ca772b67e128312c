/** Events of AWS's compute and storage services on the default bus. */
import { arn, bucketArn } from './arn.ts';
import { md5 } from './encoding.ts';
import { busEvent, busParameters } from './eventBridge.ts';
import { hex, uuid } from './identifier.ts';
import { choice, integer, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';
import { after, isoMillis } from './timeFormat.ts';

const service = 'Amazon EventBridge';

const s3Docs = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html';
const bucket = text('Bucket', 'orders-bucket');
const key = text('Object key', 'incoming/order 1001.json');

export const eventBridgeComputeSamples = [
  defineSample({
    id: 'eventbridge/ec2-state-change',
    service,
    title: 'EC2 instance state change',
    description: 'An instance has reached a state.',
    docs: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html',
    parameters: {
      instanceId: text('Instance', 'i-0123456789abcdef0'),
      state: choice('State', ['running', 'pending', 'stopping', 'stopped', 'shutting-down', 'terminated']),
      ...busParameters,
    },
    event: ({ instanceId, state, ...values }) =>
      busEvent({
        ...values,
        source: 'aws.ec2',
        detailType: 'EC2 Instance State-change Notification',
        resources: [arn('ec2', values.region, values.account, `instance/${instanceId}`)],
        detail: { 'instance-id': instanceId, state },
      }),
  }),
  defineSample({
    id: 'eventbridge/autoscaling-launch',
    service,
    title: 'Auto Scaling instance launched',
    description: 'A group has launched an instance successfully.',
    docs: 'https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html',
    parameters: {
      group: text('Auto Scaling group', 'orders-workers'),
      instanceId: text('Instance', 'i-0123456789abcdef0'),
      ...busParameters,
    },
    event: ({ group, instanceId, ...values }) =>
      busEvent({
        ...values,
        source: 'aws.autoscaling',
        detailType: 'EC2 Instance Launch Successful',
        resources: [
          arn(
            'autoscaling',
            values.region,
            values.account,
            `autoScalingGroup:${uuid(group)}:autoScalingGroupName/${group}`,
          ),
          arn('ec2', values.region, values.account, `instance/${instanceId}`),
        ],
        detail: {
          StatusCode: 'InProgress',
          Description: `Launching a new EC2 instance: ${instanceId}`,
          AutoScalingGroupName: group,
          ActivityId: uuid(`activity ${group}`),
          Details: {
            'Availability Zone': `${values.region}b`,
            'Subnet ID': `subnet-${hex('subnet', 17)}`,
          },
          RequestId: uuid(`activity ${group}`),
          StatusMessage: '',
          EndTime: isoMillis(values.time),
          EC2InstanceId: instanceId,
          StartTime: isoMillis(after(values.time, -30_000)),
          Cause: 'An instance was started in response to a difference between desired and actual capacity.',
          Origin: 'EC2',
          Destination: 'AutoScalingGroup',
        },
      }),
  }),
  defineSample({
    id: 'eventbridge/ecs-task-state-change',
    service,
    title: 'ECS task state change',
    description: 'A task on Fargate has changed its state; a stopped one tells why.',
    docs: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html',
    parameters: {
      cluster: text('Cluster', 'orders'),
      family: text('Task definition', 'orders-worker'),
      status: choice('Last status', ['RUNNING', 'STOPPED', 'PENDING', 'PROVISIONING']),
      ...busParameters,
    },
    event: ({ cluster, family, status, ...values }) => {
      const ecs = (resource: string): string => arn('ecs', values.region, values.account, resource);
      const taskArn = ecs(`task/${cluster}/${hex(`task ${family}`, 32)}`);
      const stopped = status === 'STOPPED';
      return busEvent({
        ...values,
        source: 'aws.ecs',
        detailType: 'ECS Task State Change',
        resources: [taskArn],
        detail: {
          attachments: [],
          availabilityZone: `${values.region}c`,
          clusterArn: ecs(`cluster/${cluster}`),
          connectivity: 'CONNECTED',
          connectivityAt: isoMillis(after(values.time, -50_000)),
          containers: [
            {
              containerArn: ecs(`container/${cluster}/${uuid(`container ${family}`)}`),
              lastStatus: status,
              name: family,
              image: `${values.account}.dkr.ecr.${values.region}.amazonaws.com/${family}:latest`,
              taskArn,
              networkInterfaces: [],
              cpu: '0',
              ...(stopped && { exitCode: 1 }),
            },
          ],
          cpu: '256',
          createdAt: isoMillis(after(values.time, -60_000)),
          desiredStatus: stopped ? 'STOPPED' : 'RUNNING',
          group: `family:${family}`,
          lastStatus: status,
          launchType: 'FARGATE',
          memory: '512',
          overrides: { containerOverrides: [{ name: family }] },
          platformVersion: '1.4.0',
          ...(stopped && {
            stopCode: 'EssentialContainerExited',
            stoppedAt: isoMillis(values.time),
            stoppedReason: 'Essential container in task exited',
          }),
          taskArn,
          taskDefinitionArn: ecs(`task-definition/${family}:1`),
          updatedAt: isoMillis(values.time),
          version: 4,
        },
      });
    },
  }),
  defineSample({
    id: 'eventbridge/s3-object-created',
    service,
    title: 'S3 object created',
    description: 'From a bucket with EventBridge on; unlike in a notification, the key is not URL-encoded.',
    docs: s3Docs,
    parameters: {
      bucket,
      key,
      size: integer('Size in bytes', 1_024, { minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
      reason: choice('Reason', ['PutObject', 'POST Object', 'CopyObject', 'CompleteMultipartUpload']),
      ...busParameters,
    },
    event: values =>
      busEvent({
        ...values,
        source: 'aws.s3',
        detailType: 'Object Created',
        resources: [bucketArn(values.region, values.bucket)],
        detail: {
          version: '0',
          bucket: { name: values.bucket },
          object: {
            key: values.key,
            size: values.size,
            etag: md5(values.key),
            sequencer: hex(`sequencer ${values.key}`, 18).toUpperCase(),
          },
          'request-id': hex(`request ${values.key}`, 16).toUpperCase(),
          requester: values.account,
          'source-ip-address': '203.0.113.10',
          reason: values.reason,
        },
      }),
  }),
  defineSample({
    id: 'eventbridge/s3-object-deleted',
    service,
    title: 'S3 object deleted',
    description: 'Deleted for good or by a delete marker, by a request or by a lifecycle rule.',
    docs: s3Docs,
    parameters: {
      bucket,
      key,
      deletionType: choice('Deletion type', ['Permanently Deleted', 'Delete Marker Created']),
      ...busParameters,
    },
    event: values =>
      busEvent({
        ...values,
        source: 'aws.s3',
        detailType: 'Object Deleted',
        resources: [bucketArn(values.region, values.bucket)],
        detail: {
          version: '0',
          bucket: { name: values.bucket },
          object: { key: values.key, sequencer: hex(`sequencer ${values.key}`, 18).toUpperCase() },
          'request-id': hex(`request ${values.key}`, 16).toUpperCase(),
          requester: values.account,
          'source-ip-address': '203.0.113.10',
          reason: 'DeleteObject',
          'deletion-type': values.deletionType,
        },
      }),
  }),
] as const;
