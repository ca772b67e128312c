/**
 * Identifiers that look like AWS's and are the same each time: they are derived from what they identify, so that two
 * messages of a batch differ and one sample stays one event.
 */
import { sha256 } from './encoding.ts';

/** Lower-case hexadecimal digits, up to 64. */
export const hex = (seed: string, length: number): string => sha256(seed).slice(0, length);

/** A UUID, version 4 by its form. */
export function uuid(seed: string): string {
  const digits = hex(seed, 32);
  const variant = '89ab'.charAt(parseInt(digits.charAt(16), 16) % 4);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20),
  ].join('-');
}

/** Decimal digits with no zero in front, as sequence numbers and offsets have. */
export function digits(seed: string, length: number): string {
  const decimal = BigInt(`0x${sha256(seed)}`)
    .toString()
    .padStart(77, '7');
  return `4${decimal}`.slice(0, length);
}

/** Base64 text of so many bytes, as opaque tokens, handles and signatures are. */
export function token(seed: string, bytes: number): string {
  let text = '';
  for (let block = 0; text.length < bytes * 2; block++) text += sha256(`${seed} ${block}`);
  return Buffer.from(text.slice(0, bytes * 2), 'hex').toString('base64');
}

/** The letters and digits of gateway and connection ids. */
export const alphanumeric = (seed: string, length: number): string =>
  BigInt(`0x${sha256(seed)}`)
    .toString(36)
    .slice(0, length);

/** The `X-Amzn-Trace-Id` header of a request that came in at a time. */
export const traceId = (seed: string, at: Date): string =>
  `Root=1-${Math.floor(at.getTime() / 1000).toString(16)}-${hex(seed, 24)}`;
