/** What the Timeline says of what is pointed at: in a tip, and to a screen reader. */
import { t } from '../extension/localize.ts';
import { markText } from '../protocol/faults.ts';
import type { InvocationSummary, StartReason } from '../protocol/model.ts';
import type { Item } from './items.ts';
import type { Lane, Run, Segment } from './lane.ts';
import type { TrackId } from './rows.ts';
import type { Retry } from './timelineModel.ts';

export interface Words {
  readonly title: string;
  readonly lines: readonly string[];
}

/** `0.8 ms`, `12 ms`, `1.24 s`, `2 min 5 s`. */
export function shownMs(ms: number): string {
  if (ms < 10) return `${Math.round(ms * 10) / 10} ms`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(2)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `14:02:11.042` */
export function shownTime(time: number): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  const seconds = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

export const shortId = (id: string): string => id.slice(-8);

export function trackName(track: TrackId): string {
  switch (track) {
    case 'throttles':
      return t('Throttles');
    case 'running':
      return t('Running invocations');
    case 'pending':
      return t('Pending async events');
    case 'retries':
      return t('Async retries');
  }
}

/** Why an environment was started: why the event that it took was cold. */
export function startWords({ kind, busy }: StartReason): string {
  switch (kind) {
    case 'first':
      return t('Cold because it is the first environment of this version since the host started.');
    case 'busy':
      return busy === 1
        ? t('Cold because no environment was idle: the only one was busy.')
        : t('Cold because no environment was idle: all {0} were busy.', busy);
    case 'changed':
      return t('Cold because code or configuration changed: older environments take no new events.');
    case 'ended':
      return t(
        'Cold because no environment was left: those before were idle for long, crashed or made room.',
      );
    case 'provisioned':
      return t('Initialised ahead, as provisioned concurrency.');
    case 'debug':
      return t('Cold because a debug session has environments of its own.');
  }
}

/** What AWS's Reason means. */
export function throttleWords(reason: string): string {
  switch (reason) {
    case 'ReservedFunctionConcurrentInvocationLimitExceeded':
      return t('The function’s reserved concurrency was all in use.');
    case 'ConcurrentInvocationLimitExceeded':
      return t('The account’s unreserved concurrency was all in use.');
    case 'ReservedFunctionInvocationRateLimitExceeded':
      return t(
        'More requests a second than ten times the reserved concurrency, or too many new environments.',
      );
    case 'FunctionInvocationRateLimitExceeded':
      return t(
        'More requests a second than ten times the concurrency, or too many new environments at once.',
      );
    default:
      return reason;
  }
}

function causeWords(cause: InvocationSummary['cause']): string {
  switch (cause) {
    case 'function-error':
      return t('The attempt before ended with a function error.');
    case 'throttle':
      return t('The attempt before was throttled.');
    case 'system-error':
      return t('The attempt before ended with a system error.');
    case 'not-found':
      return t('The function was not found before.');
    case 'retry-now':
      return t('Somebody asked for it to be tried now.');
    case 'duplicate':
      return t('A fault rule delivers the event once more.');
    default:
      return t('The attempt before did not succeed.');
  }
}

export function segmentName({ kind, run }: Segment): string {
  switch (kind) {
    case 'init':
      return t('Init');
    case 'running':
      return t('Running');
    case 'idle':
      return t('Idle');
    case 'frozen':
      return t('Frozen');
    case 'run':
      return statusName(run?.status ?? 'success');
  }
}

function statusName(status: Run['status']): string {
  switch (status) {
    case 'success':
      return t('Success');
    case 'error':
      return t('Error');
    case 'timeout':
      return t('Timeout');
    case 'throttled':
      return t('Throttled');
  }
}

export const laneName = (lane: Lane): string =>
  t('Environment {0} of {1}, version {2}', shortId(lane.id), lane.functionName, lane.version);

/** What a lane is as a whole. */
export function laneFacts(lane: Lane): Words {
  const lines = [t('Since {0}', shownTime(lane.start))];
  if (lane.end !== undefined) lines.push(t('Stopped at {0}', shownTime(lane.end)));
  if (lane.engine !== undefined) lines.push(t('Engine: {0}', lane.engine));
  lines.push(lane.runs.length === 1 ? t('1 invocation') : t('{0} invocations', lane.runs.length));
  if (lane.reason !== undefined) lines.push(startWords(lane.reason));
  return { title: laneName(lane), lines };
}

export function itemWords(item: Item): Words {
  switch (item.kind) {
    case 'lane':
      return laneWords(item.lane, item.segment);
    case 'throttle': {
      const { count, functionName, qualifier, reason, type, at, isInjected } = item.throttle;
      return {
        title:
          count === 1
            ? t('Throttled: {0}', functionName)
            : t('Throttled {0} times: {1}', count, functionName),
        lines: [
          isInjected === true ? t('A fault rule refused it: no limit was met.') : throttleWords(reason),
          `429 ${reason}`,
          type === 'Event' ? t('Asynchronous: tried again later.') : t('Synchronous: the caller was told.'),
          t('Qualifier {0}, at {1}', qualifier, shownTime(at)),
        ],
      };
    }
    case 'retry':
      return retryWords(item.retry);
    case 'running':
      return {
        title: t('Running invocations: {0}', item.step.count),
        lines: [t('Since {0}', shownTime(item.step.at))],
      };
    case 'pending':
      return {
        title: t('Pending async events: {0}', item.step.count),
        lines: [t('Since {0}', shownTime(item.step.at))],
      };
  }
}

const retryWords = ({ functionName, attempt, cause, requestId, at }: Retry): Words => ({
  title: t('Attempt {0} at an event of {1}', attempt, functionName),
  lines: [causeWords(cause), t('Request {0}', requestId), shownTime(at)],
});

function laneWords(lane: Lane, segment: Segment): Words {
  const { run } = segment;
  const place = laneName(lane);
  if (run !== undefined) return runWords(lane, run, place);
  const length = shownMs(Math.max(0, segment.end - segment.start));
  const title = `${segmentName(segment)} · ${length}`;
  const lines = [place, t('Since {0}', shownTime(segment.start))];
  if (segment.kind === 'init' && lane.reason !== undefined) lines.unshift(startWords(lane.reason));
  if (segment.kind === 'running' && lane.running !== undefined)
    lines.push(t('Request {0}', lane.running.requestId));
  if (segment.kind === 'frozen') lines.push(t('Its processes get no time until the next event.'));
  if (lane.isDebugged === true) lines.push(t('Under the debugger: it is not frozen.'));
  return { title, lines };
}

function runWords(lane: Lane, run: Run, place: string): Words {
  const lines = [place];
  if (run.cold && lane.reason !== undefined) lines.push(startWords(lane.reason));
  if (run.errorType !== undefined) lines.push(run.errorType);
  if (run.fault !== undefined) lines.push(t('A fault rule made it so: {0}', markText(run.fault)));
  lines.push(t('Billed {0}, {1} of {2} MB', shownMs(run.billedMs), run.maxMemoryUsedMb, run.memorySizeMb));
  if (run.initMs !== undefined) lines.push(t('Init {0}', shownMs(run.initMs)));
  if (run.waited >= 1) lines.push(t('Waited {0} for its environment', shownMs(run.waited)));
  if (run.attempt > 1) lines.push(t('Attempt {0}', run.attempt));
  lines.push(t('Request {0}', run.requestId), shownTime(run.start));
  const cold = run.cold ? ` · ${t('cold')}` : '';
  return { title: `${statusName(run.status)} · ${shownMs(run.durationMs)}${cold}`, lines };
}
