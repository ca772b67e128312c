/** Events of AWS's security and operations services on the default bus. */
import { arn, iamArn } from './arn.ts';
import { busEvent, busParameters } from './eventBridge.ts';
import { hex, uuid } from './identifier.ts';
import { choice, integer, jsonObject, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';
import { after, isoMillis, isoOffset, isoSeconds } from './timeFormat.ts';

const service = 'Amazon EventBridge';

export const eventBridgeOperationsSamples = [
  defineSample({
    id: 'eventbridge/guardduty-finding',
    service,
    title: 'GuardDuty finding',
    description: 'A finding about an EC2 instance; severity runs from 1 to 10.',
    docs: 'https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html',
    parameters: {
      type: text('Finding type', 'UnauthorizedAccess:EC2/SSHBruteForce'),
      severity: integer('Severity', 8, { minimum: 1, maximum: 10 }),
      instanceId: text('Instance', 'i-0123456789abcdef0'),
      ...busParameters,
    },
    event: ({ type, severity, instanceId, ...values }) => {
      const detector = hex('detector', 32);
      const id = hex(`finding ${type} ${instanceId}`, 32);
      const at = isoMillis(values.time);
      return busEvent({
        ...values,
        source: 'aws.guardduty',
        detailType: 'GuardDuty Finding',
        resources: [],
        detail: {
          schemaVersion: '2.0',
          accountId: values.account,
          region: values.region,
          partition: 'aws',
          id,
          arn: arn('guardduty', values.region, values.account, `detector/${detector}/finding/${id}`),
          type,
          resource: {
            resourceType: 'Instance',
            instanceDetails: {
              instanceId,
              instanceType: 't3.micro',
              instanceState: 'running',
              availabilityZone: `${values.region}a`,
              imageId: `ami-${hex('image', 17)}`,
              tags: [{ key: 'app', value: 'orders' }],
              networkInterfaces: [],
            },
          },
          service: {
            serviceName: 'guardduty',
            detectorId: detector,
            action: {
              actionType: 'NETWORK_CONNECTION',
              networkConnectionAction: {
                connectionDirection: 'INBOUND',
                protocol: 'TCP',
                blocked: false,
                localPortDetails: { port: 22, portName: 'SSH' },
                remotePortDetails: { port: 41_822, portName: 'Unknown' },
                remoteIpDetails: { ipAddressV4: '198.51.100.7', country: { countryName: 'Example' } },
              },
            },
            resourceRole: 'TARGET',
            eventFirstSeen: isoMillis(after(values.time, -600_000)),
            eventLastSeen: at,
            archived: false,
            count: 12,
          },
          severity,
          createdAt: at,
          updatedAt: at,
          title: `${instanceId} is under an SSH brute force attack.`,
          description: `198.51.100.7 is performing SSH brute force attacks against ${instanceId}.`,
        },
      });
    },
  }),
  defineSample({
    id: 'eventbridge/cloudtrail-api-call',
    service,
    title: 'AWS API call via CloudTrail',
    description: 'Somebody has called an API that CloudTrail records; the detail is the trail record.',
    docs: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html',
    parameters: {
      eventSource: text('Service', 's3.amazonaws.com'),
      eventName: text('API call', 'CreateBucket'),
      requestParameters: jsonObject('Request parameters', { bucketName: 'orders-bucket' }),
      ...busParameters,
    },
    event: ({ eventSource, eventName, requestParameters, ...values }) =>
      busEvent({
        ...values,
        source: `aws.${eventSource.split('.')[0] ?? ''}`,
        detailType: 'AWS API Call via CloudTrail',
        resources: [],
        detail: {
          eventVersion: '1.11',
          userIdentity: {
            type: 'IAMUser',
            principalId: 'AIDAIOSFODNN7EXAMPLE',
            arn: iamArn(values.region, values.account, 'user/jane'),
            accountId: values.account,
            accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
            userName: 'jane',
          },
          eventTime: isoSeconds(values.time),
          eventSource,
          eventName,
          awsRegion: values.region,
          sourceIPAddress: '203.0.113.10',
          userAgent: 'aws-cli/2.22.0',
          requestParameters,
          responseElements: null,
          requestID: hex(`request ${eventName}`, 16).toUpperCase(),
          eventID: uuid(`trail ${eventName}`),
          readOnly: false,
          eventType: 'AwsApiCall',
          managementEvent: true,
          recipientAccountId: values.account,
          eventCategory: 'Management',
        },
      }),
  }),
  defineSample({
    id: 'eventbridge/health',
    service,
    title: 'AWS Health event',
    description: 'News about a service or a scheduled change, with the resources that it affects.',
    docs: 'https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html',
    parameters: {
      code: text('Event type code', 'AWS_LAMBDA_OPERATIONAL_ISSUE'),
      category: choice('Category', ['issue', 'accountNotification', 'scheduledChange', 'investigation']),
      entity: text('Affected resource', 'orders-create-order'),
      ...busParameters,
    },
    event: ({ code, category, entity, ...values }) => {
      const affected = code.split('_')[1] ?? 'LAMBDA';
      return busEvent({
        ...values,
        source: 'aws.health',
        detailType: 'AWS Health Event',
        resources: [entity],
        detail: {
          eventArn: arn('health', values.region, '', `event/${affected}/${code}/${code}_${hex(code, 12)}`),
          service: affected,
          eventTypeCode: code,
          eventTypeCategory: category,
          eventScopeCode: 'ACCOUNT_SPECIFIC',
          communicationId: hex(`communication ${code}`, 32),
          startTime: values.time.toUTCString(),
          lastUpdatedTime: values.time.toUTCString(),
          statusCode: 'open',
          eventRegion: values.region,
          eventDescription: [
            { language: 'en_US', latestDescription: 'We are looking into raised error rates.' },
          ],
          affectedEntities: [{ entityValue: entity, status: 'IMPAIRED' }],
          affectedAccount: values.account,
          page: '1',
          totalPages: '1',
        },
      });
    },
  }),
  defineSample({
    id: 'eventbridge/cloudwatch-alarm',
    service,
    title: 'CloudWatch alarm state change',
    description: 'An alarm on a metric has changed its state; reasonData is JSON within text.',
    docs: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html',
    parameters: {
      alarm: text('Alarm', 'orders-errors'),
      state: choice('New state', ['ALARM', 'OK', 'INSUFFICIENT_DATA']),
      ...busParameters,
    },
    event: ({ alarm, state, ...values }) =>
      busEvent({
        ...values,
        source: 'aws.cloudwatch',
        detailType: 'CloudWatch Alarm State Change',
        resources: [arn('cloudwatch', values.region, values.account, `alarm:${alarm}`)],
        detail: {
          alarmName: alarm,
          configuration: {
            description: 'More than five errors in five minutes',
            metrics: [
              {
                id: 'm1',
                metricStat: {
                  metric: {
                    namespace: 'AWS/Lambda',
                    name: 'Errors',
                    dimensions: { FunctionName: 'orders-create-order' },
                  },
                  period: 300,
                  stat: 'Sum',
                },
                returnData: true,
              },
            ],
          },
          previousState: {
            reason: 'Threshold Crossed: 1 datapoint [0.0] was not greater than the threshold (5.0).',
            timestamp: isoOffset(after(values.time, -300_000)),
            value: state === 'OK' ? 'ALARM' : 'OK',
          },
          state: {
            reason: 'Threshold Crossed: 1 datapoint [7.0] was greater than the threshold (5.0).',
            reasonData: JSON.stringify({ version: '1.0', recentDatapoints: [7], threshold: 5 }),
            timestamp: isoOffset(values.time),
            value: state,
          },
        },
      }),
  }),
] as const;
