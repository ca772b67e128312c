/**
 * A request that carries a zip is one long base64 string with a little JSON around it. Parsing it as JSON would hold it
 * three times over, so the string is decoded from where it lies and the rest is parsed without it.
 */
import { randomUUID } from 'node:crypto';

/** Below this, plain JSON.parse is as good. */
const LARGE = 64 * 1024;
const KEY = Buffer.from('"ZipFile"');
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
/** Base64 characters decoded at a time; a multiple of 4. */
const PIECE = 4 * 256 * 1024;

/** As JSON.parse, but a large `ZipFile` comes as a Buffer already. Throws a SyntaxError. */
export function parseWithZip(body: Buffer): unknown {
  const span = body.length > LARGE ? findZip(body) : undefined;
  if (span !== undefined) {
    const placeholder = randomUUID();
    const rest =
      body.toString('utf8', 0, span.start) + placeholder + body.toString('utf8', span.end, body.length);
    const parsed: unknown = JSON.parse(rest);
    if (replace(parsed, placeholder, () => decodeBase64(body, span.start, span.end))) return parsed;
  }
  return JSON.parse(body.toString('utf8'));
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The inside of the string behind the first `"ZipFile":`, where it is long and has no escapes. */
function findZip(body: Buffer): Span | undefined {
  const key = body.indexOf(KEY);
  if (key < 0 || body[key - 1] === BACKSLASH) return undefined;
  let at = skipSpace(body, key + KEY.length);
  if (body[at] !== COLON) return undefined;
  at = skipSpace(body, at + 1);
  if (body[at] !== QUOTE) return undefined;
  const start = at + 1;
  const end = body.indexOf(QUOTE, start);
  if (end - start < LARGE) return undefined;
  const escape = body.indexOf(BACKSLASH, start);
  return escape >= 0 && escape < end ? undefined : { start, end };
}

function skipSpace(body: Buffer, from: number): number {
  let at = from;
  while (body[at] === 0x20 || body[at] === 0x0a || body[at] === 0x0d || body[at] === 0x09) at++;
  return at;
}

/** At the top (UpdateFunctionCode) or in Code (CreateFunction); anywhere else it is no zip. */
function replace(parsed: unknown, placeholder: string, make: () => Buffer): boolean {
  for (const holder of [parsed, (parsed as { readonly Code?: unknown } | null)?.Code]) {
    if (typeof holder !== 'object' || holder === null) continue;
    const members = holder as { ZipFile?: unknown };
    if (members.ZipFile !== placeholder) continue;
    members.ZipFile = make();
    return true;
  }
  return false;
}

function decodeBase64(body: Buffer, start: number, end: number): Buffer {
  const decoded = Buffer.allocUnsafeSlow(Math.ceil(((end - start) * 3) / 4));
  let length = 0;
  for (let at = start; at < end; at += PIECE)
    length += decoded.write(body.toString('latin1', at, Math.min(end, at + PIECE)), length, 'base64');
  return decoded.subarray(0, length);
}
