/** Beginnings of the ids of those samples that a type of SAM's `Events` sends. */
const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  AlexaSkill: ['alexa/', 'alexa-smart-home/'],
  Api: ['apigateway/proxy'],
  CloudWatchEvent: ['eventbridge/'],
  CloudWatchLogs: ['cloudwatch-logs/'],
  Cognito: ['cognito/'],
  DocumentDB: ['documentdb/'],
  DynamoDB: ['dynamodb/'],
  EventBridgeRule: ['eventbridge/'],
  FunctionUrl: ['function-url/'],
  HttpApi: ['httpapi/'],
  IoTRule: ['iot/'],
  Kinesis: ['kinesis/'],
  LoadBalancer: ['alb/'],
  MQ: ['mq/'],
  MSK: ['kafka/msk'],
  S3: ['s3/'],
  SNS: ['sns/'],
  SQS: ['sqs/'],
  Schedule: ['schedule/rule'],
  ScheduleV2: ['schedule/scheduler'],
  SelfManagedKafka: ['kafka/self-managed'],
  WebSocket: ['websocket/'],
};

/** Those of the samples that the function's template says it gets, in the catalogue's order. */
export function fittingSamples<T extends { readonly id: string }>(
  samples: readonly T[],
  eventTypes: readonly string[],
): readonly T[] {
  const starts = eventTypes.flatMap(type => SAMPLES[type] ?? []);
  return samples.filter(({ id }) => starts.some(start => id.startsWith(start)));
}
