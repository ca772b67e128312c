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

  encode(payload: Uint8Array): Buffer {
    const headers = this.#headers;
    const total = PRELUDE_BYTES + headers.length + payload.length + CHECKSUM_BYTES;
    const message = Buffer.allocUnsafe(total);
    message.writeUInt32BE(total, 0);
    message.writeUInt32BE(headers.length, 4);
    message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
    message.set(headers, PRELUDE_BYTES);
    message.set(payload, PRELUDE_BYTES + headers.length);
    message.writeUInt32BE(crc32(message.subarray(0, total - CHECKSUM_BYTES)), total - CHECKSUM_BYTES);
    return message;
  }
}

function header(name: string, value: string): Buffer {
  const nameBytes = Buffer.from(name);
  const valueBytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(valueBytes.length);
  return Buffer.concat([Buffer.from([nameBytes.length]), nameBytes, Buffer.from([TEXT]), length, valueBytes]);
}
