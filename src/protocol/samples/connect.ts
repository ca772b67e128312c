/** Amazon Connect: the block "AWS Lambda function" of a flow. */
import { arn } from './arn.ts';
import { uuid } from './identifier.ts';
import { account, choice, jsonObject, region, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';

export const connectSamples = [
  defineSample({
    id: 'connect/contact-flow',
    service: 'Amazon Connect',
    title: 'Contact flow',
    description:
      'A flow invokes the function; answer a flat object of texts, or JSON where the block asks for it.',
    docs: 'https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html',
    parameters: {
      channel: choice('Channel', ['VOICE', 'CHAT', 'TASK']),
      initiation: choice('Initiation method', ['INBOUND', 'OUTBOUND', 'TRANSFER', 'CALLBACK', 'API']),
      customer: text('Customer', '+12065550100'),
      attributes: jsonObject('Contact attributes', { orderNumber: '1001' }),
      parameters: jsonObject('Parameters of the block', { lookup: 'order' }),
      region,
      account,
    },
    event: values => {
      const instance = arn('connect', values.region, values.account, `instance/${uuid('connect instance')}`);
      const contactId = uuid(`contact ${values.customer}`);
      return {
        Name: 'ContactFlowEvent',
        Details: {
          ContactData: {
            Attributes: values.attributes,
            Channel: values.channel,
            ContactId: contactId,
            CustomerEndpoint: { Address: values.customer, Type: 'TELEPHONE_NUMBER' },
            CustomerId: null,
            Description: null,
            InitialContactId: contactId,
            InitiationMethod: values.initiation,
            InstanceARN: instance,
            LanguageCode: 'en-US',
            MediaStreams: { Customer: { Audio: null } },
            Name: null,
            PreviousContactId: contactId,
            Queue: { ARN: `${instance}/queue/${uuid('connect queue')}`, Name: 'Orders' },
            References: {},
            SystemEndpoint: { Address: '+12065550199', Type: 'TELEPHONE_NUMBER' },
          },
          Parameters: values.parameters,
        },
      };
    },
  }),
] as const;
