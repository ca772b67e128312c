/**
 * Parameters of sample events. A user gives text (a picker's input box, a command line's `--set name=text`); each kind
 * reads it into what the event is built from, and refuses what does not fit.
 */
import type { JsonObject, JsonValue } from './json.ts';
import { isJsonObject } from './json.ts';

export interface Parameter<T> {
  readonly kind: 'text' | 'integer' | 'choice' | 'json' | 'time';
  /** For people: "Bucket name". */
  readonly label: string;
  /** Text that stands where a user gives none. */
  readonly default: string;
  /** The values that a `choice` takes. */
  readonly choices?: readonly string[];
  /** The value of a text; throws an `Error` whose message says what the text should be. */
  read(text: string): T;
}

export const text = (label: string, defaultText: string): Parameter<string> => ({
  kind: 'text',
  label,
  default: defaultText,
  read: given => given,
});

/** One of a few words; the first choice is the default. */
export const choice = <const C extends readonly [string, ...string[]]>(
  label: string,
  choices: C,
): Parameter<C[number]> => ({
  kind: 'choice',
  label,
  default: choices[0],
  choices,
  read(given) {
    const found = choices.find(candidate => candidate === given);
    if (found === undefined) throw new Error(`must be one of ${choices.join(', ')}`);
    return found;
  },
});

/** A whole number from `minimum` to `maximum`. */
export const integer = (
  label: string,
  value: number,
  range: { readonly minimum: number; readonly maximum: number },
): Parameter<number> => ({
  kind: 'integer',
  label,
  default: String(value),
  read(given) {
    const read = Number(given);
    if (!/^-?\d+$/.test(given.trim()) || read < range.minimum || read > range.maximum)
      throw new Error(`must be a whole number from ${range.minimum} to ${range.maximum}`);
    return read;
  },
});

function parse(given: string): JsonValue {
  try {
    return JSON.parse(given) as JsonValue;
  } catch (error) {
    throw new Error(`must be JSON (${(error as SyntaxError).message})`, { cause: error });
  }
}

/** Any JSON value. */
export const json = (label: string, value: JsonValue): Parameter<JsonValue> => ({
  kind: 'json',
  label,
  default: JSON.stringify(value),
  read: parse,
});

/** A JSON object. */
export const jsonObject = (label: string, value: JsonObject): Parameter<JsonObject> => ({
  kind: 'json',
  label,
  default: JSON.stringify(value),
  read(given) {
    const read = parse(given);
    if (!isJsonObject(read)) throw new Error('must be a JSON object');
    return read;
  },
});

/** A moment, given in ISO 8601. */
export const time = (label: string, iso: string): Parameter<Date> => ({
  kind: 'time',
  label,
  default: iso,
  read(given) {
    const read = new Date(given);
    if (!/^\d{4}-\d\d/.test(given) || Number.isNaN(read.getTime()))
      throw new Error('must be a time in ISO 8601, such as 2026-01-15T12:30:45.678Z');
    return read;
  },
});

/** The region that the event comes from. Every sample that has one calls it `region`. */
export const region = text('Region', 'us-east-1');

/** The account that the event comes from. Every sample that has one calls it `account`. */
export const account: Parameter<string> = {
  ...text('Account', '123456789012'),
  read(given) {
    if (!/^\d{12}$/.test(given)) throw new Error('must be an account id of 12 digits');
    return given;
  },
};

/** When it happened. It is fixed, so that one sample is the same event each time. */
export const eventTime = time('Time of the event', '2026-01-15T12:30:45.678Z');
