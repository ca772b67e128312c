/** Hands messages over to queues, topics, buses and buckets at `--upstream`, each in its service's own API (spec/lambda-service.md §7.4, §11). */
import { randomUUID } from 'node:crypto';
import { encodeRfc3986 } from '../../protocol/sigv4.ts';
import { DeliveryRefused, type DeliveryMessage, type DeliveryTarget } from './deliveryTargets.ts';
import type { ResourceArn } from './resourceArn.ts';
import type { UpstreamAnswer, UpstreamCall, UpstreamClient } from './upstreamClient.ts';

type Call = Omit<UpstreamCall, 'service' | 'region' | 'accountId'>;
type Send = (call: Call) => Promise<UpstreamAnswer>;

export function createUpstreamTarget(upstream: UpstreamClient): DeliveryTarget {
  return async (arn, message) => {
    const deliver = Object.hasOwn(SERVICES, arn.service) ? SERVICES[arn.service] : undefined;
    if (deliver === undefined)
      throw new DeliveryRefused(
        `Results can't be sent to ${arn.text}: no service ${arn.service} takes them.`,
      );
    await deliver(arn, message, async call => {
      const answer = await upstream.call({
        ...call,
        service: arn.service,
        region: arn.region === '' ? 'us-east-1' : arn.region,
        accountId: arn.accountId === '' ? '000000000000' : arn.accountId,
      });
      if (answer.status >= 200 && answer.status < 300) return answer;
      const said = `${upstream.url} answered ${answer.status} for ${arn.text}: ${answer.body.subarray(0, 500).toString()}`;
      // What the endpoint may take later; anything else stays refused.
      if (answer.status >= 500 || answer.status === 429) throw new Error(said);
      throw new DeliveryRefused(said);
    });
  };
}

const json = (version: string, target: string, input: unknown): Call => ({
  method: 'POST',
  url: '/',
  headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target },
  body: JSON.stringify(input),
});

const SERVICES: Readonly<
  Record<string, (arn: ResourceArn, message: DeliveryMessage, send: Send) => Promise<void>>
> = {
  sqs: async (arn, { body, attributes, traceId }, send) => {
    const found = await send(
      json('1.0', 'AmazonSQS.GetQueueUrl', {
        QueueName: arn.resource,
        QueueOwnerAWSAccountId: arn.accountId,
      }),
    );
    await send(
      json('1.0', 'AmazonSQS.SendMessage', {
        QueueUrl: (parsed(found) as { readonly QueueUrl?: string }).QueueUrl,
        MessageBody: body.toString('utf8'),
        ...(attributes === undefined
          ? {}
          : {
              MessageAttributes: Object.fromEntries(
                Object.entries(attributes).map(([name, { type, value }]) => [
                  name,
                  { DataType: type, StringValue: value },
                ]),
              ),
            }),
        ...(traceId === undefined
          ? {}
          : { MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: traceId } } }),
      }),
    );
  },
  sns: async (arn, { body, attributes = {} }, send) => {
    const form = new URLSearchParams({
      Action: 'Publish',
      Version: '2010-03-31',
      TopicArn: arn.text,
      Message: body.toString('utf8'),
    });
    for (const [index, [name, { type, value }]] of Object.entries(attributes).entries()) {
      const entry = `MessageAttributes.entry.${index + 1}`;
      form.set(`${entry}.Name`, name);
      form.set(`${entry}.Value.DataType`, type);
      form.set(`${entry}.Value.StringValue`, value);
    }
    await send({
      method: 'POST',
      url: '/',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    });
  },
  events: async (arn, { body, about }, send) => {
    const answer = await send(
      json('1.1', 'AWSEvents.PutEvents', {
        Entries: [
          {
            Source: 'lambda',
            DetailType: `Lambda Function Invocation Result - ${about.isSuccess ? 'Success' : 'Failure'}`,
            Detail: body.toString('utf8'),
            Resources: [arn.text, about.functionArn],
            EventBusName: arn.text,
            Time: Math.floor(about.at / 1000),
          },
        ],
      }),
    );
    const { FailedEntryCount = 0 } = parsed(answer) as { readonly FailedEntryCount?: number };
    if (FailedEntryCount > 0)
      throw new DeliveryRefused(`${arn.text} refused the event: ${answer.body.toString()}`);
  },
  s3: async (arn, { body, about }, send) => {
    await send({
      method: 'PUT',
      url: `/${[arn.resource, ...objectKey(about).split('/')].map(encodeRfc3986).join('/')}`,
      headers: { 'content-type': 'application/octet-stream' },
      body,
    });
  },
};

/** `aws/lambda/async/<function>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<uuid>` */
function objectKey({ functionName, at }: DeliveryMessage['about']): string {
  const [date = '', time = ''] = new Date(at).toISOString().split('T');
  return `aws/lambda/async/${functionName}/${date.replaceAll('-', '/')}/${date}T${time.slice(0, 8).replaceAll(':', '.')}-${randomUUID()}`;
}

function parsed(answer: UpstreamAnswer): unknown {
  try {
    return JSON.parse(answer.body.toString('utf8')) ?? {};
  } catch {
    return {};
  }
}
