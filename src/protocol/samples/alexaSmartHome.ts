/** Alexa smart home skills: directives of the Smart Home Skill API, version 3. */
import { uuid } from './identifier.ts';
import { choice, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';

const service = 'Alexa smart home skill';
const guide = 'https://developer.amazon.com/en-US/docs/alexa/device-apis';

const accessToken = text('Access token of the user', 'EXAMPLE');

export const alexaSmartHomeSamples = [
  defineSample({
    id: 'alexa-smart-home/discover',
    service,
    title: 'Discover',
    description: 'Answer the endpoints of the user and what they can do.',
    docs: `${guide}/alexa-discovery.html`,
    parameters: { accessToken },
    event: values => ({
      directive: {
        header: {
          namespace: 'Alexa.Discovery',
          name: 'Discover',
          payloadVersion: '3',
          messageId: uuid('alexa discover'),
        },
        payload: { scope: { type: 'BearerToken', token: values.accessToken } },
      },
    }),
  }),
  defineSample({
    id: 'alexa-smart-home/power',
    service,
    title: 'Turn on or off',
    description: 'A directive of Alexa.PowerController; answer the new state with its correlationToken.',
    docs: `${guide}/alexa-powercontroller.html`,
    parameters: {
      directive: choice('Directive', ['TurnOn', 'TurnOff']),
      endpointId: text('Endpoint', 'lamp-01'),
      accessToken,
    },
    event: values => ({
      directive: {
        header: {
          namespace: 'Alexa.PowerController',
          name: values.directive,
          payloadVersion: '3',
          messageId: uuid(`alexa ${values.directive}`),
          correlationToken: 'EXAMPLE',
        },
        endpoint: {
          scope: { type: 'BearerToken', token: values.accessToken },
          endpointId: values.endpointId,
          cookie: {},
        },
        payload: {},
      },
    }),
  }),
] as const;
