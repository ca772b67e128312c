/**
 * The record of an S3 event notification, which reaches functions directly and through queues and topics:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
import { md5 } from './encoding.ts';
import { hex, token } from './identifier.ts';
import type { JsonObject } from './json.ts';
import { isoMillis } from './timeFormat.ts';

export interface S3Object {
  readonly bucket: string;
  readonly bucketArn: string;
  readonly key: string;
  readonly region: string;
  readonly time: Date;
  /** Bytes; absent where the object is gone. */
  readonly size?: number;
  readonly eTag?: string;
  readonly versionId?: string;
  /** Members of the record that only some events have. */
  readonly more?: JsonObject;
}

/** Keys are encoded as in a form: a space is `+`, a slash stays. */
const encodedKey = (key: string): string =>
  encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');

/** The event of one object; `eventName` is without its `s3:` prefix, as S3 sends it. */
export function s3Event(eventName: string, object: S3Object): JsonObject {
  const seed = `s3 ${object.bucket} ${object.key}`;
  return {
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: object.region,
        eventTime: isoMillis(object.time),
        eventName,
        userIdentity: { principalId: 'AWS:AIDAIOSFODNN7EXAMPLE' },
        requestParameters: { sourceIPAddress: '203.0.113.10' },
        responseElements: {
          'x-amz-request-id': hex(`${seed} request`, 16).toUpperCase(),
          'x-amz-id-2': token(`${seed} request`, 48),
        },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: 'orders-notification',
          bucket: {
            name: object.bucket,
            ownerIdentity: { principalId: 'A3NL1KOZZKExample' },
            arn: object.bucketArn,
          },
          object: {
            key: encodedKey(object.key),
            ...(object.size !== undefined && { size: object.size, eTag: object.eTag ?? md5(seed) }),
            ...(object.versionId !== undefined && { versionId: object.versionId }),
            sequencer: hex(`${seed} sequencer`, 18).toUpperCase(),
          },
        },
        ...object.more,
      },
    ],
  };
}
