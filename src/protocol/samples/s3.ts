/** Amazon S3 event notifications, which invoke asynchronously. */
import { bucketArn } from './arn.ts';
import { md5 } from './encoding.ts';
import { alphanumeric } from './identifier.ts';
import { choice, eventTime, integer, region, text } from './parameter.ts';
import { s3Event } from './s3Event.ts';
import type { S3Object } from './s3Event.ts';
import { defineSample } from './sampleEvent.ts';
import { after, isoMillis } from './timeFormat.ts';

const service = 'Amazon S3';
const docs = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html';

const object = {
  bucket: text('Bucket', 'orders-bucket'),
  key: text('Object key', 'incoming/order 1001.json'),
  region,
  time: eventTime,
};
const size = integer('Size in bytes', 1_024, { minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

const withArn = <V extends Omit<S3Object, 'bucketArn'>>(values: V): V & { readonly bucketArn: string } => ({
  ...values,
  bucketArn: bucketArn(values.region, values.bucket),
});

export const s3Samples = [
  defineSample({
    id: 's3/put',
    service,
    title: 'Object created by PUT',
    description: 'The key is URL-encoded: decode it, and turn + into a space first.',
    docs,
    parameters: { ...object, size },
    event: values => s3Event('ObjectCreated:Put', withArn(values)),
  }),
  defineSample({
    id: 's3/copy',
    service,
    title: 'Object created by copy',
    description: 'The object was copied into the bucket, which has versioning on.',
    docs,
    parameters: { ...object, size },
    event: values =>
      s3Event(
        'ObjectCreated:Copy',
        withArn({ ...values, versionId: alphanumeric(`version ${values.key}`, 32) }),
      ),
  }),
  defineSample({
    id: 's3/multipart',
    service,
    title: 'Object created by a multipart upload',
    description:
      'All parts have arrived; the ETag ends with the number of parts and is no MD5 of the object.',
    docs,
    parameters: {
      ...object,
      key: text('Object key', 'exports/orders-2026-01.parquet'),
      size: integer('Size in bytes', 52_428_800, { minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
      parts: integer('Parts', 7, { minimum: 1, maximum: 10_000 }),
    },
    event: ({ parts, ...values }) =>
      s3Event(
        'ObjectCreated:CompleteMultipartUpload',
        withArn({ ...values, eTag: `${md5(values.key)}-${parts}` }),
      ),
  }),
  defineSample({
    id: 's3/delete',
    service,
    title: 'Object removed',
    description: 'The object is gone for good: the record has neither size nor ETag.',
    docs,
    parameters: object,
    event: values => s3Event('ObjectRemoved:Delete', withArn(values)),
  }),
  defineSample({
    id: 's3/delete-marker',
    service,
    title: 'Delete marker created',
    description: 'An object of a bucket with versioning was deleted; versionId is that of the marker.',
    docs,
    parameters: object,
    event: values =>
      s3Event(
        'ObjectRemoved:DeleteMarkerCreated',
        withArn({ ...values, versionId: alphanumeric(`marker ${values.key}`, 32) }),
      ),
  }),
  defineSample({
    id: 's3/restore',
    service,
    title: 'Object restored from an archive',
    description: 'A restored copy is available until the time in glacierEventData.',
    docs,
    parameters: { ...object, size, storageClass: choice('Storage class', ['GLACIER', 'DEEP_ARCHIVE']) },
    event: ({ storageClass, ...values }) =>
      s3Event(
        'ObjectRestore:Completed',
        withArn({
          ...values,
          more: {
            glacierEventData: {
              restoreEventData: {
                lifecycleRestorationExpiryTime: isoMillis(after(values.time, 7 * 86_400_000)),
                lifecycleRestoreStorageClass: storageClass,
              },
            },
          },
        }),
      ),
  }),
] as const;
