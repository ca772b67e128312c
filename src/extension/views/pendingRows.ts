import type { PendingEvent } from '../../protocol/asynchronous.ts';
import type { ClockStatus } from '../../protocol/clock.ts';
import { serviceTimeAt, shownDate } from '../clock/shownTime.ts';
import { t } from '../localize.ts';
import { bytes, clock } from './format.ts';
import { escapeMarkdown } from './row.ts';
import type { Row } from './row.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Service time now, as far as it is known. */
export const serviceNow = (status: ClockStatus | undefined): number =>
  status === undefined ? Date.now() : serviceTimeAt(status, Date.now());

/** A duration in steps that are worth drawing a row again. */
export function coarse(ms: number): string {
  if (ms < 10 * SECOND) return '< 10 s';
  if (ms < MINUTE) return `${Math.floor(ms / (10 * SECOND)) * 10} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)} h`;
  return t('{0} days', Math.floor(ms / DAY));
}

const icons: Readonly<Record<PendingEvent['state'], NonNullable<Row['icon']>>> = {
  waiting: { id: 'watch' },
  ready: { id: 'clock' },
  running: { id: 'loading~spin' },
};

/** An asynchronous event that has not come to its end, at `now` of service time. */
export function pendingRow(event: PendingEvent, now: number): Row {
  const why = reason(event);
  const name = event.qualifier === undefined ? [] : [event.qualifier];
  const parts = [
    ...name,
    nextTry(event, now),
    t('{0} old', coarse(Math.max(0, now - event.acceptedAt))),
    ...(why === undefined ? [] : [why]),
  ];
  const facts = [
    t('Accepted {0}', shownDate(event.acceptedAt)),
    ...(event.state === 'running' ? [] : [t('Next try {0}', shownDate(event.nextTryAt))]),
    t('Given up at the latest {0}', shownDate(event.expiresAt)),
    t('Payload {0}', bytes(event.bytes)),
    ...(event.parent === undefined ? [] : [t('Brought about by request {0}', event.parent)]),
  ];
  return {
    label: t('Attempt {0}', event.attempt),
    description: parts.join(' · '),
    icon: icons[event.state],
    tooltip: [
      `**${escapeMarkdown(event.requestId)}**`,
      facts.map(escapeMarkdown).join('  \n'),
      ...(why === undefined ? [] : [escapeMarkdown(t('Last attempt: {0}', why))]),
    ].join('\n\n'),
    // Times of day: what is read aloud must not change by itself.
    spoken: [
      t('Pending event, attempt {0}', event.attempt),
      ...name,
      event.state === 'running'
        ? t('running')
        : event.state === 'ready'
          ? t('due now')
          : t('next try at {0}', clock(event.nextTryAt)),
      t('accepted at {0}', clock(event.acceptedAt)),
      ...(why === undefined ? [] : [why]),
    ].join(', '),
    context: event.state === 'running' ? 'pendingEvent+running' : 'pendingEvent+waiting',
  };
}

function nextTry(event: PendingEvent, now: number): string {
  if (event.state === 'running') return t('running');
  const wait = event.nextTryAt - now;
  return event.state === 'ready' || wait <= 0 ? t('due now') : t('next in {0}', coarse(wait));
}

/** Why it waits, in a line; undefined before its first attempt. */
export function reason({ errorType, errorMessage, cause }: PendingEvent): string | undefined {
  const message = errorMessage?.split('\n')[0];
  if (errorType !== undefined)
    return message === undefined || message === '' ? errorType : `${errorType}: ${message}`;
  if (message !== undefined && message !== '') return message;
  switch (cause) {
    case 'function-error':
      return t('the function failed');
    case 'throttle':
      return t('throttled');
    case 'system-error':
      return t('Lambda itself failed');
    case 'not-found':
      return t('there was no such function');
    case 'retry-now':
      return t('somebody asked for it');
    default:
      return undefined;
  }
}
