/**
 * What the host tells its clients about functions, environments and invocations: plain JSON, shared by the control
 * service, the command line and the extension. AWS's own shapes travel over the Lambda API instead.
 */

import type { FaultMark } from './faults.ts';

/** Where a function that the workspace declares comes from: the owner of DESIGN.md rule 3. */
export interface Owner {
  /** Absolute path of the template, or of the source file where there is no template. */
  readonly template: string;
  /** Logical id in the template, or the export's name where there is none. */
  readonly logicalId: string;
}

export interface FunctionSummary {
  readonly name: string;
  readonly arn: string;
  readonly runtime?: string;
  readonly handler?: string;
  readonly packageType: 'Zip' | 'Image';
  readonly architecture: 'x86_64' | 'arm64';
  readonly memorySize: number;
  /** Seconds. */
  readonly timeout: number;
  readonly description: string;
  readonly state: string;
  readonly stateReason?: string;
  readonly lastUpdateStatus?: string;
  readonly lastModified: string;
  readonly codeSize: number;
  readonly layers: readonly string[];
  readonly environmentKeys: readonly string[];
  readonly owner?: Owner;
  /** The message of a build that failed, while the last good code keeps serving. */
  readonly buildError?: string;
  /** Folder of the running code on this machine, where it came from the workspace: what `/var/task` is in a container. */
  readonly codeRoot?: string;
  /** Absent where no version is there. */
  readonly versions?: VersionsSummary;
  /** By name; absent where there are none. */
  readonly aliases?: readonly AliasSummary[];
}

/**
 * A function's published versions in a few figures: whoever shows them lists them by ListVersionsByFunction, and again
 * when anything here differs from before. It differs after each version that was published, became ready or was deleted.
 */
export interface VersionsSummary {
  readonly count: number;
  /** Highest number that is there. */
  readonly highest: number;
  /** Version that `$LATEST` was published as; absent as soon as `$LATEST` was updated: publishing makes a new one then. */
  readonly current?: number;
  /** Versions that are not Active yet. */
  readonly pending?: number;
}

export interface AliasSummary {
  readonly name: string;
  /** `$LATEST` or a number. */
  readonly version: string;
  /** Version that gets `weight`, 0 to 1, of the invocations; the rest goes to `version`. */
  readonly additional?: { readonly version: string; readonly weight: number };
  readonly description: string;
}

/** One version of a layer. */
export interface LayerVersionSummary {
  /** `arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION`, as functions name it in {@link FunctionSummary.layers}. */
  readonly arn: string;
  readonly name: string;
  readonly version: number;
  /**
   * `published`: by PublishLayerVersion. `workspace`: the layer of a template, which follows its folder. `imported`: the
   * contents of somebody else's layer, under its own ARN.
   */
  readonly source: 'published' | 'workspace' | 'imported';
  readonly description: string;
  readonly compatibleRuntimes: readonly string[];
  readonly compatibleArchitectures: readonly string[];
  readonly licenseInfo?: string;
  /** `2026-09-15T11:53:23.648+0000` */
  readonly createdDate: string;
  /** Bytes of the zip; of the files, for the layer of a template. */
  readonly codeSize: number;
  readonly owner?: Owner;
  /** Folder of the workspace that it follows. */
  readonly root?: string;
}

/** What lies in one folder of a layer version, by name, folders first. */
export interface LayerFolder {
  readonly entries: readonly LayerEntry[];
  /** There are more entries than one answer holds. */
  readonly truncated: boolean;
}

export interface LayerEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link';
  /** Bytes, of a file. */
  readonly size?: number;
  /** Where a link leads, as it is written. */
  readonly target?: string;
}

export type EnvironmentState =
  'starting' | 'init' | 'waiting-for-debugger' | 'idle' | 'busy' | 'frozen' | 'stopping' | 'stopped';

export interface EnvironmentSummary {
  readonly id: string;
  readonly functionName: string;
  readonly version: string;
  readonly engine: EngineName;
  readonly state: EnvironmentState;
  readonly initType: 'on-demand' | 'provisioned-concurrency';
  /** Why it was started: what was there of its version could not take the event. */
  readonly startReason?: StartReason;
  /** Milliseconds of the finished init phase. */
  readonly initMs?: number;
  readonly invocations: number;
  readonly pid?: number;
  readonly containerId?: string;
  readonly startedAt: number;
  /** Bytes, as last seen. */
  readonly memory?: number;
  readonly debug?: DebugTarget;
}

/**
 * `first` of its version in this life of the host; `busy`: each that was there had an event in its hands; `changed`: those
 * before it have older code or configuration; `ended`: those before it were idle for long, made room or crashed;
 * `provisioned`: initialised ahead; `debug`: a debug session has environments of its own.
 */
export interface StartReason {
  readonly kind: 'first' | 'busy' | 'changed' | 'ended' | 'provisioned' | 'debug';
  /** Environments of the version that were busy or starting. */
  readonly busy: number;
}

export type EngineName = 'process' | 'sandbox' | 'docker';

/** What a debugger needs to attach to one environment. */
export type DebugTarget = NodeDebugTarget | PythonDebugTarget;

export interface NodeDebugTarget extends DebugPlaces {
  readonly debugId: string;
  readonly language: 'node';
  /** `ws://127.0.0.1:PORT/UUID`; whoever knows it can run code, so it never reaches a log. */
  readonly websocketAddress: string;
}

/** It has no address of its own: it connects to the adapter that a client has for it ({@link DebuggerAddress}). */
export interface PythonDebugTarget extends DebugPlaces {
  readonly debugId: string;
  readonly language: 'python';
  /** The Python that runs the function: debugpy's adapter runs on it too. */
  readonly program: string;
  /** Folder of the package `debugpy` that the function's own Python finds; absent where it finds none. */
  readonly debugpy?: string;
}

/** Where an environment's files are. */
export interface DebugPlaces {
  /** Folder on this machine that holds the running code. */
  readonly localRoot: string;
  /** The same folder as the handler's process sees it, where that differs (`/var/task`). */
  readonly remoteRoot?: string;
  /** Where layers live on this machine and in the environment. */
  readonly layersRoot?: string;
  /** Files of the runtime itself, which a developer does not want to step into. */
  readonly skipFiles: readonly string[];
}

/** Invocations that were refused for one reason within one second of service time: 429 for callers, later for events. */
export interface ThrottleSummary {
  readonly functionName: string;
  /** As it was asked for; `$LATEST` for none. */
  readonly qualifier: string;
  readonly type: 'RequestResponse' | 'Event';
  /** AWS's `Reason`: `ReservedFunctionConcurrentInvocationLimitExceeded` … */
  readonly reason: string;
  /** A fault rule refused them; no limit was met. */
  readonly isInjected?: true;
  /** Of the first of them. Epoch milliseconds, service time; with the members above it tells one summary from others (throttle.ts). */
  readonly at: number;
  readonly count: number;
}

/** Who asked for an invocation; `editor` and `cli` are calls of the API too, by Lamplight's own clients. */
export type InvocationSource =
  | 'api'
  | 'editor'
  | 'cli'
  | 'retry'
  | 'event-source'
  | 'function-url'
  | 'http-route'
  | 'schedule'
  | 'replay'
  | 'destination';

/**
 * Why an attempt at an asynchronous event runs now: it was accepted a moment ago, the attempt before ended in this way, or
 * somebody asked for it.
 */
export type InvocationCause =
  | 'call'
  | 'function-error'
  | 'throttle'
  | 'system-error'
  | 'not-found'
  | 'retry-now'
  /** The attempt before had come to an end; a fault rule delivers the event once more. */
  | 'duplicate';

export interface InvocationSummary {
  /** All attempts at an asynchronous event have the same. */
  readonly requestId: string;
  readonly functionName: string;
  readonly qualifier?: string;
  readonly version: string;
  readonly type: 'RequestResponse' | 'Event';
  readonly source: InvocationSource;
  readonly status: 'running' | 'success' | 'error' | 'timeout' | 'throttled';
  /** Epoch milliseconds, service time. */
  readonly startedAt: number;
  /** From 1. */
  readonly attempt: number;
  /** Of asynchronous events. */
  readonly cause?: InvocationCause;
  /** Request id of the invocation whose handler called it, whose result it was sent as a destination, or that it replays. */
  readonly parent?: string;
  /**
   * Whole milliseconds of wall time from its admission until an environment had its event, but for the init of that
   * environment: it waited for room on this machine, for a build, or for a process to start. Not under a debugger.
   */
  readonly waitMs?: number;
  readonly cold?: boolean;
  /** Absent while it waits for one. */
  readonly environmentId?: string;
  readonly errorType?: string;
  readonly errorMessage?: string;
  /** The last good code ran: the newest does not build, and this is why. */
  readonly buildError?: string;
  /** A fault rule made it what it is: it is no failure of its own. */
  readonly fault?: FaultMark;
  readonly report?: InvocationReport;
  /**
   * What was begun in it and went on after its answer, one text for each, its kind first: `Timeout 5 s at
   * /app/handler.js:12`, `Request GET http://host/path`, `Process 4711 sleep 60`. Lambda freezes it there. Absent where
   * nothing is known of any.
   */
  readonly leftBehind?: readonly string[];
  /** Of what ran. */
  readonly billing?: BillingFacts;
}

/** What the price of an invocation depends on beside its REPORT (prices.ts). */
export interface BillingFacts {
  readonly architecture: 'x86_64' | 'arm64';
  /** It ran on provisioned concurrency. */
  readonly provisioned?: true;
  /** MB of /tmp, where it has more than the 512 that cost nothing. */
  readonly storageMb?: number;
  readonly eventBytes: number;
}

/** The facts of the REPORT line. */
export interface InvocationReport {
  readonly durationMs: number;
  readonly billedMs: number;
  readonly memorySizeMb: number;
  readonly maxMemoryUsedMb: number;
  readonly initMs?: number;
}

/** One invocation whole, as history keeps it. */
export interface InvocationRecord extends InvocationSummary {
  /** UTF-8 text of the event. */
  readonly event: string;
  /** UTF-8 text of the answer; absent while it runs. */
  readonly result?: string;
  /** Log of this invocation, START to REPORT; cut at 1 MiB (history keeps head and tail). */
  readonly log: string;
  /** `context.clientContext` of the call, JSON text. */
  readonly clientContext?: string;
  readonly tenantId?: string;
  /** What was too long to be kept whole: only its beginning is there. */
  readonly cut?: readonly ('event' | 'result')[];
}

/** A mistake in the workspace, shown at its line. Lines and columns count from 0. */
export interface WorkspaceProblem {
  readonly file: string;
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly code?: string;
  /** Function that it concerns, where it concerns one. */
  readonly functionName?: string;
}

export interface LogRecord {
  readonly functionName: string;
  readonly environmentId: string;
  readonly requestId?: string;
  /** Epoch milliseconds. */
  readonly time: number;
  /** `platform` for START, END, REPORT and the like. */
  readonly kind: 'function' | 'platform' | 'extension';
  readonly text: string;
}
