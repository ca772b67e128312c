/**
 * Messages of `application/vnd.amazon.eventstream` (spec/lambda-service.md §5.5), numbers big-endian: length of the whole,
 * length of the headers, CRC32 of these eight bytes; headers, payload; CRC32 of all that. A header is its name (one byte
 * of length), its type (7: text) and its value (two bytes of length).
 */
import { crc32 } from 'node:zlib';

const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;
const TEXT = 7;

/** One kind of message: what its headers say never changes. */
export class EventMessage {
  readonly #headers: Buffer;

  /** Names and values of at most 255 and 65,535 bytes. */
  constructor(headers: Readonly<Record<string, string>>) {
    this.#headers = Buffer.concat(Object.entries(headers).map(([name, value]) => header(name, value)));
  }

  encode(payload: Buffer): Buffer {
    return Buffer.concat(this.around(payload));
  }

  /** What goes before the payload, the payload itself, and what goes after it: nothing is copied. */
  around(payload: Buffer): readonly [before: Buffer, payload: Buffer, after: Buffer] {
    const headers = this.#headers;
    const before = Buffer.allocUnsafe(PRELUDE_BYTES + headers.length);
    before.writeUInt32BE(before.length + payload.length + CHECKSUM_BYTES, 0);
    before.writeUInt32BE(headers.length, 4);
    before.writeUInt32BE(crc32(before.subarray(0, 8)), 8);
    before.set(headers, PRELUDE_BYTES);
    const after = Buffer.allocUnsafe(CHECKSUM_BYTES);
    after.writeUInt32BE(crc32(payload, crc32(before)), 0);
    return [before, payload, after];
  }
}

function header(name: string, value: string): Buffer {
  const nameBytes = Buffer.from(name);
  const valueBytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(valueBytes.length);
  return Buffer.concat([Buffer.from([nameBytes.length]), nameBytes, Buffer.from([TEXT]), length, valueBytes]);
}
