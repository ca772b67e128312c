/** Says in a function's log what its invocations leave behind: each kind once for each code of a version. */
import type { InvocationSummary, LogRecord } from '../../protocol/model.ts';
import type { Clock } from '../clock.ts';
import type { FunctionRecord } from '../functions/functionRecord.ts';

type NoticedVersion = Pick<FunctionRecord, 'name' | 'version' | 'codeSha256' | 'logging'>;

/** Versions that are remembered; of one that was forgotten it is said again. */
const MOST_VERSIONS = 1_000;

/** @returns what is called for an invocation that left something behind */
export function createLeftBehindNotices(
  clock: Pick<Clock, 'serviceNow'>,
  log: (record: LogRecord) => void,
): (record: NoticedVersion, summary: InvocationSummary) => void {
  const versions = new Map<string, { readonly code: string; readonly kinds: Set<string> }>();

  /** Kinds that were said of the code that `record` has now. */
  function said({ name, version, codeSha256 }: NoticedVersion): Set<string> {
    const key = `${name}:${version}`;
    const known = versions.get(key);
    if (known?.code === codeSha256) return known.kinds;
    const kinds = new Set<string>();
    versions.delete(key);
    versions.set(key, { code: codeSha256, kinds });
    const [oldest] = versions.keys();
    if (versions.size > MOST_VERSIONS && oldest !== undefined) versions.delete(oldest);
    return kinds;
  }

  return (record, { leftBehind = [], requestId, environmentId = '' }) => {
    const kinds = said(record);
    const fresh = leftBehind.filter(each => !kinds.has(kindOf(each)));
    if (fresh.length === 0) return;
    for (const each of fresh) kinds.add(kindOf(each));
    const time = clock.serviceNow();
    const message = `Still going on after the answer: ${fresh.join('; ')}. Lambda freezes it here; it goes on with the next event in this environment, or is lost.`;
    const text =
      record.logging.format === 'JSON'
        ? JSON.stringify({
            time: new Date(time).toISOString(),
            type: 'lamplight.notice',
            record: { requestId, message },
          })
        : message;
    log({ functionName: record.name, environmentId, requestId, time, kind: 'platform', text: `${text}\n` });
  };
}

/** `Timeout` of `Timeout 5 s at /app/handler.js:12`. */
const kindOf = (text: string): string => text.split(' ', 1)[0] ?? text;
