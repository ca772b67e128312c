/** AWS Lambda destinations: the record of an asynchronous invocation (spec/lambda-service.md §7.4). */
import { arn } from './arn.ts';
import { uuid } from './identifier.ts';
import type { JsonObject } from './json.ts';
import { account, choice, eventTime, integer, json, region, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';
import { isoMillis } from './timeFormat.ts';

const service = 'AWS Lambda destination';
const docs = 'https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html';

interface Invocation {
  readonly functionName: string;
  readonly region: string;
  readonly account: string;
  readonly time: Date;
}

const context = (invocation: Invocation, condition: string, approximateInvokeCount: number): JsonObject => ({
  version: '1.0',
  timestamp: isoMillis(invocation.time),
  requestContext: {
    requestId: uuid(`asynchronous ${invocation.functionName}`),
    functionArn: arn(
      'lambda',
      invocation.region,
      invocation.account,
      `function:${invocation.functionName}:$LATEST`,
    ),
    condition,
    approximateInvokeCount,
  },
});

const place = {
  requestPayload: json('Event of the invocation', { orderId: '1001' }),
  functionName: text('Function', 'orders-create-order'),
  region,
  account,
  time: eventTime,
};

export const destinationSamples = [
  defineSample({
    id: 'lambda/destination-success',
    service,
    title: 'On success',
    description: 'An asynchronous invocation has succeeded; the record goes to the OnSuccess destination.',
    docs,
    parameters: { responsePayload: json('Answer', { status: 'CREATED' }), ...place },
    event: values => ({
      ...context(values, 'Success', 1),
      requestPayload: values.requestPayload,
      responseContext: { statusCode: 200, executedVersion: '$LATEST' },
      responsePayload: values.responsePayload,
    }),
  }),
  defineSample({
    id: 'lambda/destination-failure',
    service,
    title: 'On failure',
    description: 'All attempts have failed, or the event grew too old; it goes to the OnFailure destination.',
    docs,
    parameters: {
      condition: choice('Condition', ['RetriesExhausted', 'EventAgeExceeded']),
      attempts: integer('Attempts', 3, { minimum: 1, maximum: 3 }),
      errorType: text('Error type', 'Error'),
      errorMessage: text('Error message', 'Order 1001 has no lines'),
      ...place,
    },
    event: values => ({
      ...context(values, values.condition, values.attempts),
      requestPayload: values.requestPayload,
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: values.errorType, errorMessage: values.errorMessage, trace: [] },
    }),
  }),
] as const;
