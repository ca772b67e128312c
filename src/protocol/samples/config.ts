/** AWS Config: custom Lambda rules. */
import { arn, bucketArn, iamArn } from './arn.ts';
import { hex, token } from './identifier.ts';
import type { JsonObject } from './json.ts';
import { account, choice, eventTime, jsonObject, region, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';
import { isoMillis } from './timeFormat.ts';

const service = 'AWS Config';
const docs =
  'https://docs.aws.amazon.com/config/latest/developerguide/evaluate-config_develop-rules_example-events.html';

interface Rule {
  readonly rule: string;
  readonly ruleParameters: JsonObject;
  readonly region: string;
  readonly account: string;
}

/** The event of a rule; what has happened stands in `invokingEvent`, as JSON within text. */
function ruleEvent(rule: Rule, invokingEvent: JsonObject, eventLeftScope: boolean): JsonObject {
  const ruleId = `config-rule-${hex(`config ${rule.rule}`, 6)}`;
  return {
    version: '1.0',
    invokingEvent: JSON.stringify(invokingEvent),
    ruleParameters: JSON.stringify(rule.ruleParameters),
    resultToken: token(`config ${rule.rule}`, 48),
    eventLeftScope,
    executionRoleArn: iamArn(rule.region, rule.account, 'role/config-role'),
    configRuleArn: arn('config', rule.region, rule.account, `config-rule/${ruleId}`),
    configRuleName: rule.rule,
    configRuleId: ruleId,
    accountId: rule.account,
  };
}

const rule = {
  rule: text('Rule', 'buckets-have-an-owner'),
  ruleParameters: jsonObject('Rule parameters', { tagKey: 'owner' }),
  region,
  account,
};

export const configSamples = [
  defineSample({
    id: 'config/configuration-change',
    service,
    title: 'Rule triggered by a configuration change',
    description: 'A resource in the scope of the rule has changed: evaluate its configuration item.',
    docs,
    parameters: {
      bucket: text('Changed bucket', 'orders-bucket'),
      status: choice('Status of the item', ['OK', 'ResourceDiscovered', 'ResourceDeleted']),
      tags: jsonObject('Tags', { app: 'orders' }),
      ...rule,
      time: eventTime,
    },
    event: values => {
      const at = isoMillis(values.time);
      return ruleEvent(
        values,
        {
          configurationItem: {
            configurationItemVersion: '1.3',
            configurationItemCaptureTime: at,
            configurationStateId: values.time.getTime(),
            awsAccountId: values.account,
            configurationItemStatus: values.status,
            resourceType: 'AWS::S3::Bucket',
            resourceId: values.bucket,
            resourceName: values.bucket,
            ARN: bucketArn(values.region, values.bucket),
            awsRegion: values.region,
            availabilityZone: 'Regional',
            resourceCreationTime: '2026-01-01T00:00:00.000Z',
            tags: values.tags,
            relatedEvents: [],
            relationships: [],
            configuration: { name: values.bucket },
            supplementaryConfiguration: {},
          },
          configurationItemDiff: { changedProperties: {}, changeType: 'UPDATE' },
          notificationCreationTime: at,
          messageType: 'ConfigurationItemChangeNotification',
          recordVersion: '1.3',
        },
        values.status === 'ResourceDeleted',
      );
    },
  }),
  defineSample({
    id: 'config/scheduled',
    service,
    title: 'Rule triggered by a schedule',
    description: 'It is time to evaluate: there is no configuration item, list the resources yourself.',
    docs,
    parameters: { ...rule, time: eventTime },
    event: values =>
      ruleEvent(
        values,
        {
          awsAccountId: values.account,
          notificationCreationTime: isoMillis(values.time),
          messageType: 'ScheduledNotification',
          recordVersion: '1.0',
        },
        false,
      ),
  }),
] as const;
