/**
 * The control service: what Lambda has no call for. It is one more service on the host's one endpoint, behind the same
 * gate, with signature scope `lamplight` (DESIGN.md). Paths are below; bodies and answers are JSON.
 *
 * | call | answer |
 * |---|---|
 * | `GET  /lamplight/events?ClientId` | newline-delimited JSON: first a `snapshot`, then every {@link HostEvent}, but of one environment, invocation or throttle within a few milliseconds only the last; holding it keeps a detached host alive |
 * | `GET  /lamplight/status?Engines` | {@link HostStatus}; engines only with `Engines=true`, since asking them takes time |
 * | `GET  /lamplight/functions` | `{"Functions": FunctionSummary[]}`, by name: what the snapshot has, for whoever holds no stream |
 * | `GET  /lamplight/functions/{functionName}/code?Qualifier` | {@link FunctionCode}: where the code of `$LATEST`, a version or an alias is on this machine |
 * | `GET  /lamplight/functions/{functionName}/code/changes?From&To` | {@link CodeChanges}: how the files of two qualifiers differ |
 * | `POST /lamplight/functions/{functionName}/delete` | {@link FunctionSummary} of what is gone as after DeleteFunction, but is kept for 7 days with versions, aliases and settings; never of a workspace's |
 * | `POST /lamplight/functions/{functionName}/restore` | {@link FunctionSummary} of the one of that name that was deleted so last, with all that it had |
 * | `GET  /lamplight/invocations?FunctionName&MaxItems&Before&Search&Status&Since` | `{"Invocations": InvocationSummary[], "Next"?}`, newest first, of one millisecond what ended last; the next page has `Next` (opaque) as `Before`, which takes epoch milliseconds as well. `Search`: words that all stand in function, error, event, answer or log; `Status`: `ok`, `failed`, `throttled`; `Since`: a duration of service time. One answer searches 64 MiB, and has `Next` where there may be more |
 * | `GET  /lamplight/invocations/{requestId}?Attempt` | {@link InvocationRecord}; of an asynchronous event the last attempt, unless one is named |
 * | `POST /lamplight/invocations/{requestId}/replay` `{"attempt"?, "qualifier"?}` | `Replayed` (replay.ts): its event has run again, on the code of now |
 * | `GET  /lamplight/logs/{functionName}?MaxItems` | `{"Records": LogRecord[]}`, oldest first |
 * | `POST /lamplight/debug` {@link DebugRequest} | {@link DebugStarted}: environments of the function now start under the debugger |
 * | `PUT  /lamplight/debug/{debugId}/environments/{environmentId}` `{"paused": boolean}` | 204: its deadline stands still or goes on |
 * | `POST /lamplight/debug/{debugId}/environments/{environmentId}/debugger` {@link DebuggerAddress} | 204: the environment, which waits, connects to its debugger |
 * | `DELETE /lamplight/debug/{debugId}` | 204: its environments end |
 * | `POST /lamplight/sync` {@link SyncRequest} | `{"Reloaded": string[]}` after every named file that changed has been built and deployed |
 * | `GET  /lamplight/layers` | `{"Layers": LayerVersionSummary[]}`, by ARN: what the snapshot has |
 * | `GET  /lamplight/layers/folder?Arn&Path` | {@link LayerFolder}: what lies in a folder of a layer version; `Path` is relative, absent for the top |
 * | `GET  /lamplight/layers/file?Arn&Path` | the bytes of one file, 16 MiB at most |
 * | `POST /lamplight/layers/import` {@link LayerImport} | {@link LayerVersionSummary}: a zip or folder of this machine is there under somebody else's layer version ARN |
 * | `POST /lamplight/layers/publish` {@link LayerPublish} | {@link LayerVersionSummary}: the next version, with what the layer of a template has now, or with a zip or folder of this machine |
 * | `POST /lamplight/layers/delete` {@link LayerName} | {@link LayerVersionSummary} of what is gone as after DeleteLayerVersion, but is kept for 7 days; never of a template's |
 * | `POST /lamplight/layers/restore` {@link LayerName} | {@link LayerVersionSummary} of what was deleted so and is there again, under its number and with all that it had |
 * | `GET  /lamplight/metrics?FunctionName&Qualifier&Metric&From&To&Period` | `{"Series": MetricSeries[]}`: of the account, a function or a qualifier; `From` and `To` in epoch milliseconds of service time (the last hour where absent), `Period` in seconds (60) |
 * | `GET  /lamplight/async/events?FunctionName&MaxItems` | `PendingEvents`: asynchronous events that have not come to their end, with attempt, age and next try |
 * | `GET  /lamplight/async/events/{requestId}` | `PendingEventDetail`: one of them, with its payload |
 * | `POST /lamplight/async/events/{requestId}/retry`, `DELETE …/{requestId}` | 204: it is tried now; it is gone, and nobody is told. 409 while it runs |
 * | `GET  /lamplight/async/deliveries?FunctionName&MaxItems` | `{"Deliveries": PendingDelivery[]}`: results on their way, and those that were given up, newest first |
 * | `POST /lamplight/async/deliveries/{id}/retry`, `DELETE …/{id}` | 204, also of one that was given up. 409 while it is on its way |
 * | `GET  /lamplight/clock` | {@link ClockStatus} |
 * | `PUT  /lamplight/clock/speed` `{"speed": number}` | {@link ClockStatus}: service time runs, that many times as fast |
 * | `POST /lamplight/clock/freeze`, `…/resume` | {@link ClockStatus} |
 * | `POST /lamplight/clock/advance` `{"duration": "5m30s"}`, `…/next` | `ClockAdvanced`, when all that fell due has been done; a client that goes away stops it where it is |
 * | `GET  /lamplight/faults` | `{"Rules": FaultRuleSummary[]}`: all fault rules, the oldest first |
 * | `POST /lamplight/faults` {@link NewFaultRule} | {@link FaultRuleSummary}, with an id of its own |
 * | `PUT  /lamplight/faults/{id}` {@link NewFaultRule} | {@link FaultRuleSummary}: another rule under this id, whose counts begin again |
 * | `POST /lamplight/faults/{id}/enable`, `…/disable`, `…/reset`, `…/restore` | {@link FaultRuleSummary}: `reset` begins counts again, with the others they stay; `restore` brings back what was removed |
 * | `DELETE /lamplight/faults/{id}` | 204 |
 * | `DELETE /lamplight/faults` | `{"Removed": string[]}`: the ids of all that there were |
 * | `POST /lamplight/stop` | 202, then the host stops in order |
 */
import type { PendingCount } from './asynchronous.ts';
import type { ClockStatus } from './clock.ts';
import type { FaultRuleSummary } from './faults.ts';
import type {
  EnvironmentSummary,
  FunctionSummary,
  InvocationSummary,
  LayerVersionSummary,
  LogRecord,
  ThrottleSummary,
  WorkspaceProblem,
} from './model.ts';

/** Header of an Invoke answer that old code gave since the newest does not build: why, percent-encoded. */
export const BUILD_ERROR_HEADER = 'x-lamplight-build-error';

/** Header by which Lamplight's own clients say who they are: `editor` or `cli`. History keeps it as the source. */
export const CLIENT_HEADER = 'x-lamplight-client';

/** Signature scope of the control service. */
export const CONTROL_SERVICE = 'lamplight';

export interface HostStatus {
  readonly version: string;
  readonly pid: number;
  /** Milliseconds since the host began to start. */
  readonly uptimeMs: number;
  readonly functions: number;
  readonly environments: number;
  /** Environments that may run at once on this machine. */
  readonly maxEnvironments: number;
  /** Requests that wait for room on this machine. */
  readonly waiting: number;
  /** `ready`, `unused`, or the reason why it can't be used. */
  readonly engines?: Readonly<Record<string, string>>;
  readonly workspace?: string;
  readonly rssBytes: number;
  /** It was told to stop: it serves nobody any more, and its state is free for the next one in a moment. */
  readonly stopping?: true;
}

export interface DebugRequest {
  readonly functionName: string;
  /** `$LATEST`, a version or an alias; `$LATEST` when absent. */
  readonly qualifier?: string;
  /** Id that the client gave the event stream that it holds: the debug session ends with the last one of that id. */
  readonly clientId: string;
}

export interface DebugStarted {
  readonly debugId: string;
}

/** Where a Python environment finds its debugger: debugpy's adapter, which listens on loopback for this one. */
export interface DebuggerAddress {
  readonly port: number;
  /** Folder of the package `debugpy`, of the adapter's own version. */
  readonly debugpy: string;
}

/** Code that a client on this machine can read, compare and browse; it must not write there. */
export interface FunctionCode {
  /** `$LATEST` or a number. */
  readonly version: string;
  /** Absolute path of a folder: the unpacked zip, the copy that a version keeps, or the folder that runs in place. */
  readonly root: string;
}

/** What has to happen to the files of one version to make those of another. */
export interface CodeChanges {
  readonly from: FunctionCode;
  readonly to: FunctionCode;
  /** By path. */
  readonly files: readonly CodeChange[];
  /** There are more than one answer holds. */
  readonly truncated: boolean;
}

export interface CodeChange {
  /** Below both roots, with forward slashes. */
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
}

export interface SyncRequest {
  /** Absolute paths of files that were just saved. */
  readonly files: readonly string[];
}

export interface LayerImport {
  /** `arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION` of another account or region. */
  readonly arn: string;
  /** Absolute path of the zip, or of a folder with its contents; read once, now. */
  readonly path: string;
  readonly description?: string;
}

/** Of the layer of a template by its ARN, or of what is given: Lambda has no call that takes a folder. */
export type LayerPublish = LayerName | LayerPublishNew;

export interface LayerPublishNew {
  /** Of this host's account and region. */
  readonly name: string;
  /** Absolute path of the zip, or of a folder with its contents; read once, now. */
  readonly path: string;
  readonly description?: string;
  readonly compatibleRuntimes?: readonly string[];
}

export interface LayerName {
  /** Of a layer version. */
  readonly arn: string;
}

/** One line of the event stream. */
export type HostEvent =
  | {
      readonly type: 'snapshot';
      readonly functions: readonly FunctionSummary[];
      readonly layers: readonly LayerVersionSummary[];
      readonly environments: readonly EnvironmentSummary[];
      readonly invocations: readonly InvocationSummary[];
      readonly problems: readonly WorkspaceProblem[];
      readonly clock: ClockStatus;
      /** Of functions that have any; absent where none has. */
      readonly pendingEvents?: readonly PendingCount[];
      /** Absent where there are none. */
      readonly faults?: readonly FaultRuleSummary[];
      /** The last ones, oldest first; absent where there was none. */
      readonly throttles?: readonly ThrottleSummary[];
    }
  | { readonly type: 'function'; readonly function: FunctionSummary }
  | { readonly type: 'functionDeleted'; readonly name: string }
  /** A layer version is new, or what it shows of itself has changed. */
  | { readonly type: 'layer'; readonly layer: LayerVersionSummary }
  /** It can't be attached any more; functions that have it keep it. */
  | { readonly type: 'layerDeleted'; readonly arn: string }
  | { readonly type: 'environment'; readonly environment: EnvironmentSummary }
  | { readonly type: 'invocation'; readonly invocation: InvocationSummary }
  | { readonly type: 'log'; readonly record: LogRecord }
  /** Something about a function's asynchronous events has changed: their number, or an attempt, or a time. */
  | { readonly type: 'pendingEvents'; readonly pending: PendingCount }
  /** One more invocation was refused: replaces the summary that it was counted in before. */
  | { readonly type: 'throttle'; readonly throttle: ThrottleSummary }
  /** Somebody drove the clock, or is driving it. */
  | { readonly type: 'clock'; readonly clock: ClockStatus }
  /** All fault rules: one was made, changed or removed, or has been counted. */
  | { readonly type: 'faults'; readonly rules: readonly FaultRuleSummary[] }
  | { readonly type: 'problems'; readonly problems: readonly WorkspaceProblem[] }
  /** The workspace's code was built and deployed; `ms` is from the save that was seen to new code serving. */
  | { readonly type: 'reloaded'; readonly functionName: string; readonly ms: number; readonly first: boolean }
  /** Something a user should know, once (a missing language, a leftover swept, another Node used). */
  | { readonly type: 'notice'; readonly severity: 'info' | 'warning' | 'error'; readonly message: string }
  | { readonly type: 'stopping'; readonly reason: string };
