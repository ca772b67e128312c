/** Events that no service sends, for first tries. */
import { json, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';

const service = 'Test event';
const docs = 'https://docs.aws.amazon.com/lambda/latest/dg/testing-functions.html';

export const plainSamples = [
  defineSample({
    id: 'test/hello-world',
    service,
    title: 'Hello world',
    description: 'An object with one message.',
    docs,
    parameters: { message: text('Message', 'Hello, world!') },
    event: values => ({ message: values.message }),
  }),
  defineSample({
    id: 'test/key-values',
    service,
    title: 'Three keys and values',
    description: "The default test event of Lambda's console.",
    docs,
    parameters: {
      key1: text('key1', 'value1'),
      key2: text('key2', 'value2'),
      key3: text('key3', 'value3'),
    },
    event: values => values,
  }),
  defineSample({
    id: 'test/empty',
    service,
    title: 'Empty object',
    description: 'An object without members, for functions that take nothing.',
    docs,
    parameters: {},
    event: () => ({}),
  }),
  defineSample({
    id: 'test/json',
    service,
    title: 'Any JSON',
    description: 'A value of your own: object, list, text, number, true, false or null.',
    docs,
    parameters: { value: json('JSON', ['one', 2, true, null]) },
    event: values => values.value,
  }),
] as const;
