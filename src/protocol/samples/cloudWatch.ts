/** Amazon CloudWatch: log subscriptions, alarms and dashboards. */
import { arn } from './arn.ts';
import { gzipJson } from './encoding.ts';
import { digits, uuid } from './identifier.ts';
import type { JsonObject } from './json.ts';
import { account, choice, eventTime, integer, region, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';
import { after, isoMillis, isoOffset } from './timeFormat.ts';

const alarmDocs =
  'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html';

const alarm = text('Alarm', 'orders-errors');
const state = choice('New state', ['ALARM', 'OK', 'INSUFFICIENT_DATA']);
const place = { region, account, time: eventTime };

interface AlarmAction {
  readonly alarm: string;
  readonly state: string;
  readonly region: string;
  readonly account: string;
  readonly time: Date;
}

const alarmArn = (action: Omit<AlarmAction, 'state' | 'time'>): string =>
  arn('cloudwatch', action.region, action.account, `alarm:${action.alarm}`);

const alarmEvent = (action: AlarmAction, alarmData: JsonObject): JsonObject => ({
  source: 'aws.cloudwatch',
  alarmArn: alarmArn(action),
  accountId: action.account,
  time: isoOffset(action.time),
  region: action.region,
  alarmData: { alarmName: action.alarm, ...alarmData },
});

function metricState(value: string, at: Date, datapoint: number): JsonObject {
  const start = isoOffset(after(at, -300_000));
  return {
    value,
    reason:
      `Threshold Crossed: 1 out of the last 1 datapoints [${datapoint.toFixed(1)}] ` +
      `was ${value === 'ALARM' ? '' : 'not '}greater than the threshold (5.0).`,
    reasonData: JSON.stringify({
      version: '1.0',
      queryDate: isoOffset(at),
      startDate: start,
      statistic: 'Sum',
      period: 300,
      recentDatapoints: [datapoint],
      threshold: 5,
      evaluatedDatapoints: [{ timestamp: start, sampleCount: 20, value: datapoint }],
    }),
    timestamp: isoOffset(at),
  };
}

function compositeState(action: AlarmAction, child: string, value: string, at: Date): JsonObject {
  const childArn = alarmArn({ ...action, alarm: child });
  return {
    value,
    reason: `${childArn} transitioned to ${value} at ${at.toUTCString()}`,
    reasonData: JSON.stringify({
      triggeringAlarms: [{ arn: childArn, state: { value, timestamp: isoOffset(at) } }],
    }),
    timestamp: isoOffset(at),
  };
}

export const cloudWatchSamples = [
  defineSample({
    id: 'cloudwatch-logs/subscription',
    service: 'Amazon CloudWatch Logs',
    title: 'Subscription filter',
    description: 'Log events of one stream in awslogs.data: JSON, compressed with gzip, in base64.',
    docs: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#LambdaFunctionExample',
    parameters: {
      message: text('Log message', 'ERROR Order 1001 has no lines'),
      count: integer('Log events', 2, { minimum: 1, maximum: 1_000 }),
      logGroup: text('Log group', '/aws/lambda/orders-create-order'),
      logStream: text('Log stream', '2026/01/15/[$LATEST]0123456789abcdef0123456789abcdef'),
      filter: text('Subscription filter', 'orders-errors'),
      account,
      time: eventTime,
    },
    event: values => ({
      awslogs: {
        data: gzipJson({
          messageType: 'DATA_MESSAGE',
          owner: values.account,
          logGroup: values.logGroup,
          logStream: values.logStream,
          subscriptionFilters: [values.filter],
          logEvents: Array.from({ length: values.count }, (_, index) => ({
            id: digits(`log event ${values.logStream} ${index}`, 56),
            timestamp: after(values.time, index * 10).getTime(),
            message: values.message,
          })),
        }),
      },
    }),
  }),
  defineSample({
    id: 'cloudwatch/alarm-action',
    service: 'Amazon CloudWatch',
    title: 'Alarm action, metric alarm',
    description:
      'An alarm on a metric invokes the function itself, without a topic; reasonData is JSON text.',
    docs: alarmDocs,
    parameters: { alarm, state, ...place },
    event: values =>
      alarmEvent(values, {
        state: metricState(values.state, values.time, values.state === 'ALARM' ? 7 : 0),
        previousState: metricState(
          values.state === 'ALARM' ? 'OK' : 'ALARM',
          after(values.time, -300_000),
          values.state === 'ALARM' ? 0 : 7,
        ),
        configuration: {
          description: 'More than five errors in five minutes',
          metrics: [
            {
              id: uuid(`metric ${values.alarm}`),
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
      }),
  }),
  defineSample({
    id: 'cloudwatch/composite-alarm-action',
    service: 'Amazon CloudWatch',
    title: 'Alarm action, composite alarm',
    description: 'An alarm on other alarms invokes the function; it names those that triggered it.',
    docs: alarmDocs,
    parameters: {
      alarm: text('Composite alarm', 'orders-unhealthy'),
      child: text('Triggering alarm', 'orders-errors'),
      state: choice('New state', ['ALARM', 'OK']),
      ...place,
    },
    event: values =>
      alarmEvent(values, {
        state: compositeState(values, values.child, values.state, values.time),
        previousState: compositeState(
          values,
          values.child,
          values.state === 'ALARM' ? 'OK' : 'ALARM',
          after(values.time, -300_000),
        ),
        configuration: { alarmRule: `ALARM(${values.child}) OR ALARM(orders-latency)` },
      }),
  }),
  defineSample({
    id: 'cloudwatch/custom-widget',
    service: 'Amazon CloudWatch',
    title: 'Custom widget of a dashboard',
    description:
      'Answer HTML, Markdown or JSON to show; the members beside widgetContext are its parameters.',
    docs: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard.html',
    parameters: { dashboard: text('Dashboard', 'orders'), region, account, time: eventTime },
    event: values => ({
      report: 'shipments',
      widgetContext: {
        dashboardName: values.dashboard,
        widgetId: 'widget-1',
        domain: `https://${values.region}.console.aws.amazon.com`,
        accountId: values.account,
        locale: 'en',
        timezone: { label: 'UTC', offsetISO: '+00:00', offsetInMinutes: 0 },
        period: 300,
        isAutoPeriod: true,
        timeRange: {
          mode: 'relative',
          start: after(values.time, -10_800_000).getTime(),
          end: values.time.getTime(),
          relativeStart: 10_800_000,
        },
        theme: 'light',
        linkCharts: true,
        title: `Shipments until ${isoMillis(values.time)}`,
        forms: { all: {} },
        params: { report: 'shipments' },
        width: 588,
        height: 369,
      },
    }),
  }),
] as const;
