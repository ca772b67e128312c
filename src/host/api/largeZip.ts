/**
 * A request that carries a zip is one long base64 string with a little JSON around it. Parsing it as JSON would hold it
 * three times over, so the string is decoded where it lies and the rest is parsed without it.
 */
import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { MAX_DEPTH } from './jsonProblem.ts';

/** Below this, plain JSON.parse is as good. */
const LARGE = 64 * 1024;
const KEY = Buffer.from('"ZipFile"');
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
/** Base64 characters decoded at a time, a multiple of 4: a text of a few KB goes with the next small collection, larger ones stay. */
const PIECE = 4 * 8 * 1024;

/**
 * As JSON.parse, but a large `ZipFile` comes as a Buffer, which is a part of `body`: that has then been written over.
 * Throws a SyntaxError for what Lambda's parser refuses too: other bytes than UTF-8, and more than 1,000 levels.
 */
export function parseWithZip(body: Buffer): unknown {
  if (!isUtf8(body)) throw new SyntaxError('The body is not UTF-8.');
  const span = body.length > LARGE ? findZip(body) : undefined;
  if (span !== undefined) {
    const placeholder = randomUUID();
    const rest =
      body.toString('utf8', 0, span.start) + placeholder + body.toString('utf8', span.end, body.length);
    const parsed = parse(rest);
    if (replace(parsed, placeholder, () => decodeBase64(body, span.start, span.end))) return parsed;
  }
  return parse(body.toString('utf8'));
}

function parse(text: string): unknown {
  if (text.length > MAX_DEPTH && isTooDeep(text)) throw new SyntaxError('The body has too many levels.');
  return JSON.parse(text);
}

/** Without a look at whether it is JSON at all. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > MAX_DEPTH) return true;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return false;
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

/** At the top (UpdateFunctionCode), in Code (CreateFunction) or in Content (PublishLayerVersion); else it is no zip. */
function replace(parsed: unknown, placeholder: string, make: () => Buffer): boolean {
  const top = parsed as { readonly Code?: unknown; readonly Content?: unknown } | null;
  for (const holder of [top, top?.Code, top?.Content]) {
    if (typeof holder !== 'object' || holder === null) continue;
    const members = holder as { ZipFile?: unknown };
    if (members.ZipFile !== placeholder) continue;
    members.ZipFile = make();
    return true;
  }
  return false;
}

/** In its place: what is written never reaches what is still to be read. */
function decodeBase64(body: Buffer, start: number, end: number): Buffer {
  let length = 0;
  for (let at = start; at < end; at += PIECE)
    length += body.write(body.toString('latin1', at, Math.min(end, at + PIECE)), start + length, 'base64');
  return body.subarray(start, start + length);
}
