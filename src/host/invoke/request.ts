/** One invocation, whoever asks for it (DESIGN.md rule 1), and what comes of it. */
import type { FaultMark } from '../../protocol/faults.ts';
import type { InvocationCause, InvocationReport, InvocationSource } from '../../protocol/model.ts';
import type { StreamReceiver } from './responseStream.ts';

export interface InvokeRequest {
  /** Plain name; the API has already taken ARNs apart. */
  readonly functionName: string;
  /** `$LATEST`, version or alias as the caller wrote it; absent for an unqualified call. */
  readonly qualifier?: string;
  readonly payload: Buffer;
  readonly type: 'RequestResponse' | 'Event' | 'DryRun';
  readonly source: InvocationSource;
  /** Also the `x-amzn-RequestId` of the call. */
  readonly requestId: string;
  readonly tail?: boolean;
  /** Gets a streamed answer as it comes; without it that is collected, up to the limit of buffered ones. */
  readonly stream?: StreamReceiver;
  /** JSON text, decoded. */
  readonly clientContext?: string;
  readonly traceId?: string;
  readonly tenantId?: string;
  /** Id of the environment whose handler asks. */
  readonly caller?: string;
  /** Which attempt at an asynchronous event this is; 1 where absent. */
  readonly attempt?: number;
  /** Why it runs now; absent for what is called once. */
  readonly cause?: InvocationCause;
  /** Request id of the invocation that brought it about: whose handler calls, whose result it tells, which it replays. */
  readonly parent?: string;
  /** A fault rule made it come as it does. */
  readonly fault?: FaultMark;
}

export interface InvokeResult {
  readonly status: 200 | 202 | 204;
  readonly executedVersion?: string;
  /** The answer, or the error that it failed with; of what was {@link streamed} well no more than its beginning. */
  readonly payload?: Buffer;
  /** {@link InvokeRequest.stream} got the answer, or what there was of it before an error. */
  readonly streamed?: true;
  readonly contentType?: string;
  readonly functionError?: 'Unhandled';
  /** Last 4,096 bytes of this invocation's log, when `tail` was asked for. */
  readonly logTail?: Buffer;
  readonly report?: InvocationReport;
  readonly traceId?: string;
  /** Milliseconds of service time in which its handler waited for a debugger, or was stopped in it: they don't count. */
  readonly heldMs?: number;
  /** The trace header for whom the result is sent to: with the lineage of calls that led to it. */
  readonly onward?: string;
  /** Old code ran: the newest of `$LATEST` does not build, and this is why. */
  readonly buildError?: string;
  /** A fault rule made it what it is. */
  readonly fault?: FaultMark;
}
