/** Alexa custom skills. */
import { uuid } from './identifier.ts';
import type { JsonObject } from './json.ts';
import { choice, eventTime, jsonObject, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';
import { isoSeconds } from './timeFormat.ts';

const service = 'Alexa custom skill';
const docs =
  'https://developer.amazon.com/en-US/docs/alexa/custom-skills/request-and-response-json-reference.html';

interface Utterance {
  readonly skillId: string;
  readonly locale: string;
  readonly time: Date;
}

function skillRequest(utterance: Utterance, first: boolean, request: JsonObject): JsonObject {
  const application = { applicationId: utterance.skillId };
  const user = { userId: 'amzn1.ask.account.EXAMPLE' };
  return {
    version: '1.0',
    session: {
      new: first,
      sessionId: `amzn1.echo-api.session.${uuid('alexa session')}`,
      application,
      attributes: {},
      user,
    },
    context: {
      AudioPlayer: { playerActivity: 'IDLE' },
      System: {
        application,
        user,
        device: {
          deviceId: 'amzn1.ask.device.EXAMPLE',
          supportedInterfaces: { AudioPlayer: {} },
        },
        apiEndpoint: 'https://api.amazonalexa.com',
        apiAccessToken: 'EXAMPLE',
      },
    },
    request: {
      ...request,
      requestId: `amzn1.echo-api.request.${uuid(`alexa ${JSON.stringify(request)}`)}`,
      timestamp: isoSeconds(utterance.time),
      locale: utterance.locale,
    },
  };
}

const utterance = {
  skillId: text('Skill id', 'amzn1.ask.skill.00000000-0000-4000-8000-000000000000'),
  locale: text('Locale', 'en-US'),
  time: eventTime,
};

export const alexaSkillSamples = [
  defineSample({
    id: 'alexa/launch',
    service,
    title: 'LaunchRequest',
    description: 'The user has opened the skill without asking for anything.',
    docs,
    parameters: utterance,
    event: values => skillRequest(values, true, { type: 'LaunchRequest' }),
  }),
  defineSample({
    id: 'alexa/intent',
    service,
    title: 'IntentRequest',
    description: 'The user has said something that belongs to an intent.',
    docs,
    parameters: {
      intent: text('Intent', 'OrderStatusIntent'),
      slots: jsonObject('Slots', { orderNumber: '1001' }),
      ...utterance,
    },
    event: values =>
      skillRequest(values, false, {
        type: 'IntentRequest',
        intent: {
          name: values.intent,
          confirmationStatus: 'NONE',
          slots: Object.fromEntries(
            Object.entries(values.slots).map(([name, value]) => [
              name,
              { name, value, confirmationStatus: 'NONE', source: 'USER' },
            ]),
          ),
        },
        dialogState: 'COMPLETED',
      }),
  }),
  defineSample({
    id: 'alexa/session-ended',
    service,
    title: 'SessionEndedRequest',
    description: 'The session has ended without an answer of the skill; nothing can be said any more.',
    docs,
    parameters: {
      reason: choice('Reason', ['USER_INITIATED', 'ERROR', 'EXCEEDED_MAX_REPROMPTS']),
      ...utterance,
    },
    event: values => skillRequest(values, false, { type: 'SessionEndedRequest', reason: values.reason }),
  }),
] as const;
