/** AWS Step Functions: a task state's payload is the event as it stands. */
import { token } from './identifier.ts';
import { jsonObject, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';

const service = 'AWS Step Functions';

export const stepFunctionsSamples = [
  defineSample({
    id: 'stepfunctions/task',
    service,
    title: 'Task',
    description: 'The Payload of a lambda:invoke task is the whole event.',
    docs: 'https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html',
    parameters: {
      payload: jsonObject('Payload', { orderId: '1001', lines: [{ sku: 'LAMP-01', quantity: 2 }] }),
    },
    event: values => values.payload,
  }),
  defineSample({
    id: 'stepfunctions/wait-for-token',
    service,
    title: 'Task that waits for a token',
    description: 'A lambda:invoke.waitForTaskToken task: it goes on when SendTaskSuccess names the token.',
    docs: 'https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token',
    parameters: {
      payload: jsonObject('Payload', { orderId: '1001', approver: 'jane@example.com' }),
      tokenName: text('Member that holds the token', 'token'),
    },
    event: values => ({ ...values.payload, [values.tokenName]: token('task token', 420) }),
  }),
] as const;
