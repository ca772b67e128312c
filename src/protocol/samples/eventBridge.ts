/** Amazon EventBridge: the envelope of every event of a bus, and events of one's own. */
import { uuid } from './identifier.ts';
import type { JsonObject } from './json.ts';
import { account, eventTime, jsonObject, region, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';
import { isoSeconds } from './timeFormat.ts';

export interface BusEvent {
  readonly source: string;
  readonly detailType: string;
  readonly region: string;
  readonly account: string;
  readonly time: Date;
  readonly resources: readonly string[];
  readonly detail: JsonObject;
}

/** https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export const busEvent = (event: BusEvent): JsonObject => ({
  version: '0',
  id: uuid(`event ${event.source} ${event.detailType} ${event.time.toISOString()}`),
  'detail-type': event.detailType,
  source: event.source,
  account: event.account,
  time: isoSeconds(event.time),
  region: event.region,
  resources: event.resources,
  detail: event.detail,
});

/** Parameters that the samples of all buses have. */
export const busParameters = { region, account, time: eventTime };

export const eventBridgeSamples = [
  defineSample({
    id: 'eventbridge/custom',
    service: 'Amazon EventBridge',
    title: 'Event of your own',
    description: 'What an application put on a bus with PutEvents, as a rule passes it on.',
    docs: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events.html',
    parameters: {
      source: text('Source', 'com.example.orders'),
      detailType: text('Detail type', 'OrderCreated'),
      detail: jsonObject('Detail', { orderId: '1001', status: 'CREATED', total: 59.8 }),
      ...busParameters,
    },
    event: values => busEvent({ ...values, resources: [] }),
  }),
] as const;
