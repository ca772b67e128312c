/** Encodings that events carry. They run when an event is built, never when the catalogue is loaded. */
import { createHash } from 'node:crypto';
import type { JsonValue } from './json.ts';

export const base64 = (data: string): string => Buffer.from(data, 'utf8').toString('base64');

/** The bytes of a text as numbers, as Kafka and RabbitMQ events carry header values. */
export const byteArray = (data: string): readonly number[] => [...Buffer.from(data, 'utf8')];

export const byteLength = (data: string): number => Buffer.byteLength(data, 'utf8');

export const md5 = (data: string | Uint8Array): string => createHash('md5').update(data).digest('hex');

export const sha256 = (data: string): string => createHash('sha256').update(data).digest('hex');

/** Gzip and base64 of a JSON value, as CloudWatch Logs sends its batches. */
export function gzipJson(value: JsonValue): string {
  // Loading zlib costs most of a millisecond that no other sample needs.
  const { gzipSync } = process.getBuiltinModule('node:zlib');
  const zipped = gzipSync(JSON.stringify(value));
  // Byte 9 names the operating system that compressed; 255 (unknown) keeps the event the same on all of them (RFC 1952).
  zipped[9] = 255;
  return zipped.toString('base64');
}
