/** Takes `application/vnd.amazon.eventstream` apart (spec/lambda-service.md §5.5): the answer of a host of our own, over loopback. */

export interface EventMessage {
  /** Those that are text, by name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly payload: Buffer;
}

const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;
const TEXT = 7;

/** Rejects where the bytes are no event stream. What is incomplete at the end is left out. */
export async function* eventMessages(
  parts: AsyncIterable<Buffer>,
): AsyncGenerator<EventMessage, void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const part of parts) {
    rest = rest.length === 0 ? part : Buffer.concat([rest, part]);
    for (let total = lengthOf(rest); total !== undefined && total <= rest.length; total = lengthOf(rest)) {
      yield parse(rest.subarray(0, total));
      rest = rest.subarray(total);
    }
  }
}

function lengthOf(bytes: Buffer): number | undefined {
  if (bytes.length < PRELUDE_BYTES) return undefined;
  const total = bytes.readUInt32BE(0);
  if (total < PRELUDE_BYTES + bytes.readUInt32BE(4) + CHECKSUM_BYTES)
    throw new Error('The answer is no event stream: is another program at this address?');
  return total;
}

function parse(message: Buffer): EventMessage {
  const end = PRELUDE_BYTES + message.readUInt32BE(4);
  const headers = new Map<string, string>();
  for (let at = PRELUDE_BYTES; at < end;) {
    const name = text(message, at + 1, message.readUInt8(at));
    at += 1 + Buffer.byteLength(name);
    // A host of ours has no others.
    if (message.readUInt8(at) !== TEXT) break;
    const length = message.readUInt16BE(at + 1);
    headers.set(name, text(message, at + 3, length));
    at += 3 + length;
  }
  return { headers, payload: message.subarray(end, -CHECKSUM_BYTES) };
}

const text = (bytes: Buffer, start: number, length: number): string =>
  bytes.toString('utf8', start, start + length);
