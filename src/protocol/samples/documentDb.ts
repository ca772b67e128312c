/** Amazon DocumentDB change streams as an event source. */
import { arn } from './arn.ts';
import { hex } from './identifier.ts';
import type { JsonObject } from './json.ts';
import { account, eventTime, jsonObject, region, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';
import { epochSeconds } from './timeFormat.ts';

const service = 'Amazon DocumentDB';
const docs = 'https://docs.aws.amazon.com/lambda/latest/dg/with-documentdb.html';

interface Change {
  readonly cluster: string;
  readonly database: string;
  readonly collection: string;
  readonly region: string;
  readonly account: string;
  readonly time: Date;
  readonly document: JsonObject;
}

function changeEvent(change: Change, operationType: string, more: JsonObject = {}): JsonObject {
  const id = { $oid: hex(`document ${change.collection}`, 24) };
  return {
    eventSourceArn: arn('rds', change.region, change.account, `cluster:${change.cluster}`),
    events: [
      {
        event: {
          _id: { _data: hex(`change ${change.collection} ${operationType}`, 38) },
          clusterTime: { $timestamp: { t: epochSeconds(change.time), i: 1 } },
          documentKey: { _id: id },
          fullDocument: { _id: id, ...change.document },
          ns: { db: change.database, coll: change.collection },
          operationType,
          ...more,
        },
      },
    ],
    eventSource: 'aws:docdb',
  };
}

const place = {
  database: text('Database', 'shop'),
  collection: text('Collection', 'orders'),
  cluster: text('Cluster', 'orders'),
  region,
  account,
  time: eventTime,
};

export const documentDbSamples = [
  defineSample({
    id: 'documentdb/insert',
    service,
    title: 'Document inserted',
    description: 'A change event of the collection, with the whole document.',
    docs,
    parameters: { document: jsonObject('Document', { orderId: '1001', status: 'CREATED' }), ...place },
    event: values => changeEvent(values, 'insert'),
  }),
  defineSample({
    id: 'documentdb/update',
    service,
    title: 'Document updated',
    description: 'With the full document where the mapping asks for UpdateLookup, and what has changed.',
    docs,
    parameters: {
      document: jsonObject('Document', { orderId: '1001', status: 'SHIPPED' }),
      updatedFields: jsonObject('Updated fields', { status: 'SHIPPED' }),
      ...place,
    },
    event: ({ updatedFields, ...values }) =>
      changeEvent(values, 'update', { updateDescription: { updatedFields, removedFields: [] } }),
  }),
] as const;
