/**
 * What Lambda's JSON parser (Jackson) says of a text that is not JSON. Texts and positions were recorded for bytes that
 * are no UTF-8 and for characters that start no value (error-messages.md 183, 184); the rest follows Jackson's own
 * messages. Only ever run on what JSON.parse has refused, so it may be slow.
 */
import { isUtf8 } from 'node:buffer';

/** True for what Lambda's parser takes: UTF-8, and one JSON value. */
export function isJson(bytes: Buffer): boolean {
  if (!isUtf8(bytes)) return false;
  try {
    JSON.parse(bytes.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

/** Jackson's explanation and its line of where. `bytes` is known not to be JSON. */
export function jsonProblem(bytes: Uint8Array): string {
  const scanner = new Scanner(bytes);
  try {
    scanner.document();
    return `Unexpected trailing content${scanner.where(scanner.at)}`;
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
}

class Problem extends Error {}

const VALUE = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
/** As Jackson's StreamReadConstraints. */
export const MAX_DEPTH = 1_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const END = -1;

class Scanner {
  at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  document(): void {
    this.#space();
    if (this.#peek() === END) this.#fail('No content to map due to end-of-input', this.at);
    this.#value(0);
    this.#space();
    if (this.#peek() !== END) this.#value(0);
  }

  /** Jackson's second line, for the byte at `offset`. */
  where(offset: number): string {
    return `\n at ${this.#source(offset)}`;
  }

  #source(offset: number): string {
    let line = 1;
    let start = 0;
    for (let index = 0; index < Math.min(offset, this.#bytes.length); index++)
      if (this.#bytes[index] === 0x0a) {
        line++;
        start = index + 1;
      }
    return `[Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: ${line}, column: ${offset - start + 1}]`;
  }

  #fail(message: string, offset: number): never {
    throw new Problem(message + this.where(offset));
  }

  #peek(ahead = 0): number {
    return this.#bytes[this.at + ahead] ?? END;
  }

  #space(): void {
    while ([0x20, 0x09, 0x0a, 0x0d].includes(this.#peek())) this.at++;
  }

  #unexpected(expected: string): never {
    const code = this.#peek();
    if (code === END) this.#fail('Unexpected end-of-input', this.at);
    const isControl = code < 0x20 || (code >= 0x7f && code <= 0x9f);
    const shown = isControl ? `(CTRL-CHAR, code ${code})` : `'${String.fromCharCode(code)}' (code ${code})`;
    this.#fail(`Unexpected character (${shown}): ${expected}`, this.at);
  }

  /** `depth`: how many arrays and objects are around it. */
  #value(depth: number): void {
    const byte = this.#peek();
    if (depth === MAX_DEPTH && (byte === 0x7b || byte === 0x5b))
      this.#fail(
        `Document nesting depth (${depth + 1}) exceeds the maximum allowed (${MAX_DEPTH}, from \`StreamReadConstraints.getMaxNestingDepth()\`)`,
        this.at,
      );
    if (byte === 0x7b) this.#object(depth);
    else if (byte === 0x5b) this.#array(depth);
    else if (byte === QUOTE) this.#string();
    else if (byte === 0x2d || isDigit(byte)) this.#number();
    else if (isIdentifierStart(byte)) this.#token();
    else this.#unexpected(`expected a valid value ${VALUE}`);
  }

  #object(depth: number): void {
    const start = this.at++;
    this.#space();
    if (this.#peek() === 0x7d) {
      this.at++;
      return;
    }
    if (this.#peek() === END) this.#neverClosed('Object', start);
    for (;;) {
      if (this.#peek() === END) this.#between('Object');
      if (this.#peek() !== QUOTE) this.#unexpected('was expecting double-quote to start field name');
      this.#string();
      this.#space();
      if (this.#peek() === END) this.#between('Object');
      if (this.#peek() !== 0x3a) this.#unexpected('was expecting a colon to separate field name and value');
      this.at++;
      this.#space();
      if (this.#peek() === END) this.#between('Object');
      this.#value(depth + 1);
      if (this.#closes(0x7d, 'Object', start)) return;
    }
  }

  #array(depth: number): void {
    const start = this.at++;
    this.#space();
    if (this.#peek() === 0x5d) {
      this.at++;
      return;
    }
    if (this.#peek() === END) this.#neverClosed('Array', start);
    for (;;) {
      if (this.#peek() === END) this.#between('Array');
      this.#value(depth + 1);
      if (this.#closes(0x5d, 'Array', start)) return;
    }
  }

  #closes(end: number, kind: string, start: number): boolean {
    this.#space();
    const byte = this.#peek();
    if (byte === END) this.#neverClosed(kind, start);
    if (byte !== end && byte !== COMMA) this.#unexpected(`was expecting comma to separate ${kind} entries`);
    this.at++;
    this.#space();
    return byte === end;
  }

  #neverClosed(kind: string, start: number): never {
    this.#fail(
      `Unexpected end-of-input: expected close marker for ${kind} (start marker at ${this.#source(start)})`,
      this.at,
    );
  }

  #between(kind: string): never {
    this.#fail(`Unexpected end-of-input within/between ${kind} entries`, this.at);
  }

  #string(): void {
    this.at++;
    for (;;) {
      const byte = this.#peek();
      if (byte === END)
        this.#fail('Unexpected end-of-input: was expecting closing quote for a string value', this.at);
      if (byte === QUOTE) {
        this.at++;
        return;
      }
      if (byte < 0x20)
        this.#fail(
          `Illegal unquoted character ((CTRL-CHAR, code ${byte})): has to be escaped using backslash to be included in string value`,
          this.at,
        );
      if (byte === BACKSLASH) this.#escape();
      else this.#character();
    }
  }

  #escape(): void {
    this.at++;
    const code = this.#peek();
    const character = String.fromCharCode(Math.max(code, 0));
    if (code === END || !'"\\/bfnrtu'.includes(character))
      this.#fail(`Unrecognized character escape '${character}' (code ${code})`, this.at);
    this.at++;
    if (character !== 'u') return;
    for (let digit = 0; digit < 4; digit++, this.at++)
      if (!/[0-9a-f]/i.test(String.fromCharCode(Math.max(this.#peek(), 0))))
        this.#unexpected('expected a hex-digit for character escape sequence');
  }

  /** One character of UTF-8. Jackson reports the place behind the byte that is wrong. */
  #character(): void {
    const lead = this.#peek();
    const length =
      lead < 0x80
        ? 1
        : (lead & 0xe0) === 0xc0
          ? 2
          : (lead & 0xf0) === 0xe0
            ? 3
            : (lead & 0xf8) === 0xf0
              ? 4
              : 0;
    if (length === 0) this.#fail(`Invalid UTF-8 start byte 0x${lead.toString(16)}`, this.at + 1);
    for (let index = 1; index < length; index++) {
      const byte = this.#peek(index);
      if (byte === END) this.#fail('Unexpected end-of-input', this.at + index);
      if ((byte & 0xc0) !== 0x80)
        this.#fail(`Invalid UTF-8 middle byte 0x${byte.toString(16)}`, this.at + index + 1);
    }
    this.at += length;
  }

  #number(): void {
    if (this.#peek() === 0x2d) {
      this.at++;
      if (!isDigit(this.#peek()))
        this.#unexpected('expected digit (0-9) to follow minus sign, for valid numeric value');
    }
    if (this.#peek() === 0x30 && isDigit(this.#peek(1)))
      this.#fail('Invalid numeric value: Leading zeroes not allowed', this.at + 1);
    this.#digits();
    if (this.#peek() === 0x2e) {
      this.at++;
      if (!isDigit(this.#peek())) this.#unexpected('Decimal point not followed by a digit');
      this.#digits();
    }
    if (this.#peek() === 0x65 || this.#peek() === 0x45) {
      this.at++;
      if (this.#peek() === 0x2b || this.#peek() === 0x2d) this.at++;
      if (!isDigit(this.#peek())) this.#unexpected('Exponent indicator not followed by a digit');
      this.#digits();
    }
    if (isIdentifierStart(this.#peek())) this.#unexpected('Expected space separating root-level values');
  }

  #digits(): void {
    while (isDigit(this.#peek())) this.at++;
  }

  /** A bare word. Jackson takes its first byte as it is and decodes the rest. */
  #token(): void {
    const start = this.at++;
    while (isIdentifierPart(this.#peek())) this.#character();
    const word = new TextDecoder('latin1').decode(this.#bytes.subarray(start, start + 1));
    const text = word + new TextDecoder().decode(this.#bytes.subarray(start + 1, this.at));
    if (!['null', 'true', 'false'].includes(text))
      this.#fail(
        `Unrecognized token '${text}': was expecting ${VALUE}`,
        Math.min(this.at + 1, this.#bytes.length),
      );
  }
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
const isLetter = (byte: number): boolean =>
  (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x5f || byte === 0x24;

/** Character.isJavaIdentifierStart of a byte taken as Latin-1. */
const isIdentifierStart = (byte: number): boolean =>
  isLetter(byte) ||
  (byte >= 0xa2 && byte <= 0xa5) ||
  byte === 0xaa ||
  byte === 0xb5 ||
  byte === 0xba ||
  (byte >= 0xc0 && byte !== 0xd7 && byte !== 0xf7);

const isIdentifierPart = (byte: number): boolean => isLetter(byte) || isDigit(byte) || byte >= 0x80;
