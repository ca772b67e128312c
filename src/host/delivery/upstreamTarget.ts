/** Hands messages over to queues, topics, buses, buckets and functions at another endpoint, each in its service's own API (spec/lambda-service.md §7.4, §11). */
import { randomUUID } from 'node:crypto';
import { encodeRfc3986 } from '../../protocol/sigv4.ts';
import { DeliveryRefused, type DeliveryMessage, type DeliveryTarget } from './deliveryTargets.ts';
import type { ResourceArn } from './resourceArn.ts';
import { callFor, invokeFunction, json, parsed, sendMessage, type Send } from './upstreamCalls.ts';
import type { UpstreamClient } from './upstreamClient.ts';

export function createUpstreamTarget(upstream: UpstreamClient): DeliveryTarget {
  return async (arn, message) => {
    const deliver = Object.hasOwn(SERVICES, arn.service) ? SERVICES[arn.service] : undefined;
    if (deliver === undefined)
      throw new DeliveryRefused(
        `Results can't be sent to ${arn.text}: no service ${arn.service} takes them.`,
      );
    await deliver(arn, message, call => callFor(upstream, arn, call));
  };
}

/** Codes of PutEvents for what is not the sender's fault: the same event is taken later. */
const BUSES_OWN: ReadonlySet<string> = new Set([
  'ThrottlingException',
  'InternalFailure',
  'InternalException',
]);

const SERVICES: Readonly<
  Record<string, (arn: ResourceArn, message: DeliveryMessage, send: Send) => Promise<void>>
> = {
  sqs: (arn, { body, attributes = {}, traceId }, send) =>
    sendMessage(arn, { body: body.toString('utf8'), attributes, traceId }, send),
  lambda: (arn, { body, traceId }, send) => invokeFunction(arn, body, traceId, send),
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
    const { FailedEntryCount = 0, Entries } = parsed(answer) as {
      readonly FailedEntryCount?: number;
      readonly Entries?: readonly { readonly ErrorCode?: string }[];
    };
    if (FailedEntryCount === 0) return;
    const said = `${arn.text} refused the event: ${answer.body.toString()}`;
    throw BUSES_OWN.has(Entries?.[0]?.ErrorCode ?? '') ? new Error(said) : new DeliveryRefused(said);
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
