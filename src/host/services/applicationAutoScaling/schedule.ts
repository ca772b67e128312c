/**
 * Schedules of scheduled actions: `at(2026-11-22T12:00:00)`, `rate(5 minutes)`, `cron(0 12 ? * MON-FRI *)`, in UTC
 * (spec/lambda-service.md §6).
 */
import { AwsError } from '../../../protocol/awsError.ts';

/** When it is next due after `after`, both epoch milliseconds; undefined: never again. */
export type Schedule = (after: number) => number | undefined;

const DAY = 86_400_000;
const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: DAY };
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const LAST_YEAR = 2199;

const invalid = (text: string): AwsError =>
  new AwsError('ValidationException', 400, `Invalid schedule expression: ${text}`);

/** Throws ValidationException. `since`: a rate counts from there. */
export function parseSchedule(text: string, since: number): Schedule {
  const [, kind, inner = ''] = /^(at|rate|cron)\((.*)\)$/.exec(text) ?? [];
  if (kind === 'at') return atSchedule(inner, text);
  if (kind === 'rate') return rateSchedule(inner, text, since);
  if (kind === 'cron') return cronSchedule(inner, text);
  throw invalid(text);
}

function atSchedule(inner: string, text: string): Schedule {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(inner) ? Date.parse(`${inner}Z`) : NaN;
  if (Number.isNaN(at)) throw invalid(text);
  return after => (at > after ? at : undefined);
}

function rateSchedule(inner: string, text: string, since: number): Schedule {
  const [, amount, unit = ''] = /^([1-9]\d{0,6}) (minute|hour|day)s?$/.exec(inner) ?? [];
  const period = Number(amount) * (UNITS[unit] ?? NaN);
  if (Number.isNaN(period)) throw invalid(text);
  return after => since + (Math.floor(Math.max(0, after - since) / period) + 1) * period;
}

/** Minutes, hours, day of the month, month, day of the week, year; one of the two days is `?`. */
function cronSchedule(inner: string, text: string): Schedule {
  const fields = inner.trim().split(/\s+/);
  const [minute = '', hour = '', day = '', month = '', weekday = '', year = ''] = fields;
  if (fields.length !== 6 || (day === '?') === (weekday === '?')) throw invalid(text);
  const read = (
    field: string,
    least: number,
    most: number,
    names?: readonly string[],
    first = 0,
  ): Set<number> => fieldOf(field, least, most, text, names, first);
  const minutes = read(minute, 0, 59);
  const hours = read(hour, 0, 23);
  const days = day === '?' ? undefined : read(day, 1, 31);
  const months = read(month, 1, 12, MONTHS, 1);
  // 1 is Sunday.
  const weekdays = weekday === '?' ? undefined : read(weekday, 1, 7, DAYS, 1);
  const years = read(year, 1970, LAST_YEAR);
  const isDay = (date: Date): boolean =>
    years.has(date.getUTCFullYear()) &&
    months.has(date.getUTCMonth() + 1) &&
    (days?.has(date.getUTCDate()) ?? true) &&
    (weekdays?.has(date.getUTCDay() + 1) ?? true);
  return after => {
    const start = Math.floor(after / 60_000) * 60_000 + 60_000;
    const first = new Date(start);
    const midnight = Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), first.getUTCDate());
    // A day of the month in February may be eight years away.
    for (let dayAt = midnight; dayAt < midnight + 9 * 366 * DAY; dayAt += DAY) {
      if (!isDay(new Date(dayAt))) continue;
      for (const h of hours) {
        for (const m of minutes) {
          const at = dayAt + h * 3_600_000 + m * 60_000;
          if (at >= start) return at;
        }
      }
    }
    return undefined;
  };
}

/** Numbers that `*`, `5`, `1-5`, `MON,WED`, `0/15` stand for, ascending. */
function fieldOf(
  field: string,
  least: number,
  most: number,
  text: string,
  names: readonly string[] | undefined,
  first: number,
): Set<number> {
  const number = (part: string): number => {
    const named = names?.indexOf(part.toUpperCase()) ?? -1;
    const value = named >= 0 ? named + first : /^\d+$/.test(part) ? Number(part) : NaN;
    if (!(value >= least && value <= most)) throw invalid(text);
    return value;
  };
  const found = new Set<number>();
  for (const part of field.split(',')) {
    const [range = '', step, extra] = part.split('/');
    const [from = '', to, more] = range === '*' ? [String(least), String(most)] : range.split('-');
    if (extra !== undefined || more !== undefined || (step !== undefined && !/^[1-9]\d*$/.test(step)))
      throw invalid(text);
    const begin = number(from);
    const end = to !== undefined ? number(to) : step === undefined ? begin : most;
    if (end < begin) throw invalid(text);
    for (let value = begin; value <= end; value += Number(step ?? 1)) found.add(value);
  }
  return new Set([...found].sort((a, b) => a - b));
}
