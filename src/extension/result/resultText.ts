import { missingPackageHint } from '../../client/missingPackage.ts';
import type { FaultMark } from '../../protocol/faults.ts';
import type { InvocationCause, InvocationRecord } from '../../protocol/model.ts';
import { markSentence } from '../faults/faultWords.ts';
import { costEstimate, dollars, PRICES } from '../../protocol/prices.ts';
import { t } from '../localize.ts';
import { duration } from '../views/format.ts';
import { functionErrorOf } from '../../client/functionError.ts';

/** What a result document shows. */
export type ResultState =
  | { readonly kind: 'running' }
  /** Nothing was invoked, and why. */
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly message: string;
      readonly fault?: FaultMark | undefined;
    }
  /** The caller stopped waiting; the function goes on, as on Lambda. */
  | { readonly kind: 'cancelled' }
  /** The answer is there, logs and REPORT follow in a moment. */
  | {
      readonly kind: 'answered';
      readonly answer: string;
      readonly failed: boolean;
      readonly requestId: string;
      readonly buildError?: string | undefined;
    }
  | { readonly kind: 'finished'; readonly record: InvocationRecord };

export interface ResultFacts {
  readonly functionName: string;
  readonly eventTitle: string;
  /** JSON text of the event, where it is known. */
  readonly event?: string | undefined;
  readonly state: ResultState;
}

/** Text before its places are mapped, in parts that fold. */
export interface Section {
  /** Empty for the summary at the top. */
  readonly title: string;
  readonly body: string;
}

/** Shorter waits are part of any call. */
const WORTH_TELLING_MS = 10;
/** Longer texts are shown as they came. */
const PRETTY_CHARACTERS = 2_000_000;

/** What the document says, part by part, in the order in which a developer wants to know. */
export function resultSections({ functionName, eventTitle, event, state }: ResultFacts): readonly Section[] {
  const eventSection =
    event === undefined ? [] : [{ title: eventHeading(eventTitle, event), body: prettyJson(event) }];
  switch (state.kind) {
    case 'running':
      return [{ title: '', body: t('… {0} is running', functionName) }, ...eventSection];
    case 'cancelled':
      return [
        {
          title: '',
          body: t('… Stopped waiting for {0}. The function goes on, as it would on Lambda.', functionName),
        },
        ...eventSection,
      ];
    case 'refused':
      return [
        {
          title: '',
          body: [t('✗ {0} was not invoked', functionName), ...injected(state.fault)].join('\n'),
        },
        { title: t('Error'), body: `${state.code}: ${state.message}` },
        ...eventSection,
      ];
    case 'answered':
      return [
        {
          title: '',
          body: [
            state.failed ? t('✗ {0} failed', functionName) : t('✓ {0} succeeded', functionName),
            ...oldCode(state.buildError),
          ].join('\n'),
        },
        ...answerSections(state.answer, state.failed),
        ...eventSection,
      ];
    case 'finished':
      return finished(functionName, eventTitle, state.record);
  }
}

/** Some events are called by their text: `{}`. */
const eventHeading = (title: string, event: string): string =>
  title === event.trim() ? t('Event') : t('Event: {0}', title);

function finished(functionName: string, eventTitle: string, record: InvocationRecord): readonly Section[] {
  const failed = record.status !== 'success';
  return [
    {
      title: '',
      body: [
        headline(functionName, record),
        ...injected(record.fault),
        ...oldCode(record.buildError),
        '',
        facts(record, eventTitle),
      ].join('\n'),
    },
    ...(record.result === undefined ? [] : answerSections(record.result, failed)),
    ...leftBehind(record.leftBehind),
    ...(record.log.trim() === '' ? [] : [{ title: t('Log'), body: record.log.trimEnd() }]),
    { title: t('Event'), body: prettyJson(record.event) },
  ];
}

/** What a reader must know before they look for a bug at all. */
const injected = (fault: FaultMark | undefined): string[] =>
  fault === undefined ? [] : [`⚡ ${markSentence(fault)}`];

/** What a reader must know before they look for a bug in code that did not run. */
const oldCode = (buildError: string | undefined): string[] =>
  buildError === undefined
    ? []
    : [t('⚠ The last good code ran, not what the editor shows:'), `  ${buildError}`];

/** What was begun and not awaited, and what Lambda does with it (spec/execution-environment.md §4.1). */
const leftBehind = (left: readonly string[] = []): readonly Section[] =>
  left.length === 0
    ? []
    : [
        {
          title: t('Left Behind'),
          body: [
            ...left,
            '',
            t(
              '→ This still went on after the answer. Lambda freezes it there: it goes on with the next event in the same environment, or is lost with it.',
            ),
          ].join('\n'),
        },
      ];

function headline(name: string, record: InvocationRecord): string {
  const time = record.report === undefined ? '' : duration(record.report.durationMs);
  switch (record.status) {
    case 'running':
      return t('… {0} is running', name);
    case 'success':
      return time === '' ? t('✓ {0} succeeded', name) : t('✓ {0} succeeded in {1}', name, time);
    case 'error':
      return time === ''
        ? t('✗ {0} failed: {1}', name, record.errorType ?? 'Error')
        : t('✗ {0} failed after {1}: {2}', name, time, record.errorType ?? 'Error');
    case 'timeout':
      return time === '' ? t('✗ {0} timed out', name) : t('✗ {0} timed out after {1}', name, time);
    case 'throttled':
      return t('✗ {0} was throttled', name);
  }
}

/** Why an attempt that is not the first ran. */
function causeWords(cause: InvocationCause): string {
  switch (cause) {
    case 'call':
      return t('the call itself');
    case 'function-error':
      return t('after a function error');
    case 'throttle':
      return t('after a throttle');
    case 'system-error':
      return t('after a system error');
    case 'not-found':
      return t('after the function was missing');
    case 'retry-now':
      return t('tried again by hand');
    case 'duplicate':
      return t('delivered twice by a fault rule');
  }
}

/** The REPORT line's facts, and what identifies the invocation. */
function facts(record: InvocationRecord, eventTitle: string): string {
  const { report } = record;
  const rows: (readonly [string, string])[] = [];
  if (record.cold !== undefined)
    rows.push([
      t('Start'),
      record.cold
        ? report?.initMs === undefined
          ? t('cold')
          : t('cold, init {0}', duration(report.initMs))
        : t('warm'),
    ]);
  if (report !== undefined)
    rows.push(
      [t('Duration'), t('{0}, billed {1}', duration(report.durationMs), duration(report.billedMs))],
      [t('Memory'), t('{0} MB of {1} MB', report.maxMemoryUsedMb, report.memorySizeMb)],
    );
  const cost = costEstimate(record);
  if (cost !== undefined)
    rows.push([t('Cost'), t('estimate {0} ({1}, no free tier)', dollars(cost), PRICES.region)]);
  if ((record.waitMs ?? 0) >= WORTH_TELLING_MS)
    rows.push([t('Waited'), t('{0} for an environment', duration(record.waitMs ?? 0))]);
  rows.push(
    [t('Event'), eventTitle],
    [
      t('Version'),
      record.qualifier === undefined || record.qualifier === record.version
        ? record.version
        : `${record.qualifier} → ${record.version}`,
    ],
    [t('Request id'), record.requestId],
  );
  if (record.source !== 'editor') rows.push([t('Source'), record.source]);
  if (record.attempt > 1)
    rows.push([
      t('Attempt'),
      record.cause === undefined ? String(record.attempt) : `${record.attempt} (${causeWords(record.cause)})`,
    ]);
  if (record.parent !== undefined) rows.push([t('Caused by'), record.parent]);
  if (record.environmentId !== undefined) rows.push([t('Environment'), record.environmentId]);
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}`).join('\n');
}

function answerSections(answer: string, failed: boolean): readonly Section[] {
  const error = failed ? functionErrorOf(answer) : undefined;
  const hint = failed ? missingPackageHint(answer) : undefined;
  const body = failed ? undefined : decodedBody(answer);
  return [
    ...(error === undefined
      ? []
      : [{ title: t('Error'), body: hint === undefined ? error : `${error}\n\n→ ${hint}` }]),
    { title: t('Answer'), body: prettyJson(answer) },
    ...(body === undefined ? [] : [{ title: t('Body, decoded'), body }]),
  ];
}

/** HTTP answers carry their JSON as text in `body`; read it as a browser would. */
function decodedBody(answer: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(answer);
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    if (!('statusCode' in parsed) || !('body' in parsed) || typeof parsed.body !== 'string') return undefined;
    const text =
      'isBase64Encoded' in parsed && parsed.isBase64Encoded === true
        ? Buffer.from(parsed.body, 'base64').toString()
        : parsed.body;
    return /^\s*[[{]/.test(text) ? JSON.stringify(JSON.parse(text), undefined, 2) : undefined;
  } catch {
    return undefined;
  }
}

/** Indented where it is JSON; as it came where it isn't, or is too long to be read anyway. */
export function prettyJson(text: string): string {
  if (text === '') return t('(nothing)');
  if (text.length > PRETTY_CHARACTERS) return text;
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
