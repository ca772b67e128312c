/** Amazon Lex V2. */
import { alphanumeric, uuid } from './identifier.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { choice, jsonObject, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';

const service = 'Amazon Lex V2';
const docs = 'https://docs.aws.amazon.com/lexv2/latest/dg/lambda-input-format.html';

interface Turn {
  readonly bot: string;
  readonly intent: string;
  readonly transcript: string;
  readonly slots: JsonObject;
  readonly inputMode: string;
  readonly sessionAttributes: JsonObject;
}

const slot = (value: JsonValue): JsonValue =>
  value === null
    ? null
    : { shape: 'Scalar', value: { originalValue: value, interpretedValue: value, resolvedValues: [value] } };

function turn(values: Turn, invocationSource: string, state: string, next?: JsonObject): JsonObject {
  const slots = Object.fromEntries(
    Object.entries(values.slots).map(([name, value]) => [name, slot(value)] as const),
  );
  const intent = { name: values.intent, slots, state, confirmationState: 'None' };
  return {
    messageVersion: '1.0',
    invocationSource,
    inputMode: values.inputMode,
    responseContentType: 'text/plain; charset=utf-8',
    sessionId: uuid(`lex ${values.bot}`),
    inputTranscript: values.transcript,
    bot: {
      id: alphanumeric(`bot ${values.bot}`, 10).toUpperCase(),
      name: values.bot,
      aliasId: 'TSTALIASID',
      aliasName: 'TestBotAlias',
      localeId: 'en_US',
      version: 'DRAFT',
    },
    interpretations: [
      { intent, interpretationSource: 'Lex', nluConfidence: 0.92 },
      {
        intent: { name: 'FallbackIntent', slots: {}, state, confirmationState: 'None' },
        interpretationSource: 'Lex',
      },
    ],
    ...(next && { proposedNextState: { ...next, intent, prompt: { attempt: 'Initial' } } }),
    requestAttributes: {},
    sessionState: {
      activeContexts: [],
      sessionAttributes: values.sessionAttributes,
      intent,
      originatingRequestId: uuid(`lex request ${values.transcript}`),
    },
    transcriptions: [
      {
        transcription: values.transcript,
        transcriptionConfidence: 1,
        resolvedContext: { intent: values.intent },
        resolvedSlots: {},
      },
    ],
  };
}

const turnParameters = {
  bot: text('Bot', 'OrdersBot'),
  intent: text('Intent', 'OrderStatus'),
  transcript: text('What the user said', 'Where is my order 1001?'),
  inputMode: choice('Input mode', ['Text', 'Speech', 'DTMF']),
  sessionAttributes: jsonObject('Session attributes', {}),
};

export const lexSamples = [
  defineSample({
    id: 'lex/v2-dialog',
    service,
    title: 'Dialog code hook',
    description: 'Runs at each turn: validate slots, and answer the next dialogAction. Empty slots are null.',
    docs,
    parameters: {
      ...turnParameters,
      slots: jsonObject('Slots', { OrderNumber: '1001', PostalCode: null }),
      slotToElicit: text('Slot to ask for next', 'PostalCode'),
    },
    event: values =>
      turn(values, 'DialogCodeHook', 'InProgress', {
        dialogAction: { type: 'ElicitSlot', slotToElicit: values.slotToElicit },
      }),
  }),
  defineSample({
    id: 'lex/v2-fulfillment',
    service,
    title: 'Fulfillment code hook',
    description: 'All slots are filled: do what the user wants, and close the dialog.',
    docs,
    parameters: {
      ...turnParameters,
      slots: jsonObject('Slots', { OrderNumber: '1001', PostalCode: '98101' }),
    },
    event: values => turn(values, 'FulfillmentCodeHook', 'ReadyForFulfillment'),
  }),
] as const;
