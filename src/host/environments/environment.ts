/**
 * One execution environment as invoke/ sees it. How its process is started, signalled and fed is the engine's business
 * (engine.ts); lifecycle, limits, logs and protocol live in this room (DESIGN.md, Execution environments).
 */
import type { DebuggerAddress } from '../../protocol/control.ts';
import type { EnvironmentSummary, InvocationReport, LogRecord, StartReason } from '../../protocol/model.ts';
import type { EnvironmentFault, InitFault } from './fault.ts';

/** Everything that an environment needs to know of its function version. Immutable. */
export interface EnvironmentSpec {
  readonly functionName: string;
  /** Unqualified ARN. */
  readonly functionArn: string;
  readonly version: string;
  readonly accountId: string;
  readonly region: string;
  /** Runtime identifier; absent for image functions. */
  readonly runtime?: string;
  readonly handler?: string;
  readonly architecture: 'x86_64' | 'arm64';
  /** MB */
  readonly memorySize: number;
  /** Seconds */
  readonly timeout: number;
  /** MB of /tmp */
  readonly ephemeralStorage: number;
  /** The user's variables. */
  readonly variables: Readonly<Record<string, string>>;
  readonly code:
    | {
        readonly kind: 'folder';
        readonly root: string;
        /** Folders outside `root` with the project's installed packages, nearest first; searched after `root` and the layers (protocol/deployment.ts, BuiltCode). */
        readonly libraries?: readonly string[];
      }
    | {
        readonly kind: 'image';
        readonly imageUri: string;
        readonly entryPoint?: readonly string[];
        readonly command?: readonly string[];
        readonly workingDirectory?: string;
      };
  /** Unzipped layers on this machine, in order; later ones overwrite. */
  readonly layers: readonly string[];
  /** What its log begins with: something is otherwise than on AWS, and the user can mend it. */
  readonly notes?: readonly string[];
  readonly logFormat: 'Text' | 'JSON';
  readonly applicationLogLevel?: string;
  readonly systemLogLevel?: string;
  readonly logGroup: string;
  readonly initType: 'on-demand' | 'provisioned-concurrency';
  readonly startReason?: StartReason;
  /** Start it under the debugger: the runtime waits for one before it loads the handler's module. */
  readonly debugId?: string;
  /** What a fault rule asks of its inits. */
  readonly initFault?: InitFault;
}

export interface EnvironmentInvocation {
  readonly requestId: string;
  readonly payload: Buffer;
  /** As requested: unqualified, `:alias` or `:1`. */
  readonly invokedFunctionArn: string;
  readonly traceId?: string;
  /** JSON text, already decoded. */
  readonly clientContext?: string;
  readonly cognitoIdentity?: string;
  readonly tenantId?: string;
  /** What a fault rule asks for. */
  readonly fault?: EnvironmentFault;
  /** Where a streamed response goes as it comes; without it the answer has the whole, up to the limit of buffered ones. */
  readonly stream?: AnswerStream;
}

/** Takes a streamed response piece by piece (spec/execution-environment.md §1.6). */
export interface AnswerStream {
  /** The runtime begins to stream. `resume` is called when there is room again after a {@link write} that said no. */
  begin(contentType: string, resume: () => void): void;
  /** False: it has enough for now. What comes nevertheless it takes too. */
  write(chunk: Buffer): boolean;
}

/** What the caller gets. */
export interface EnvironmentAnswer {
  /** The whole, but of what was {@link streamed} without an error: its beginning, for the history. */
  readonly payload: Buffer;
  /** {@link EnvironmentInvocation.stream} got it, or what there was of it before an error. */
  readonly streamed?: true;
  readonly contentType: string;
  /** True when the answer is a function error (`X-Amz-Function-Error: Unhandled`). */
  readonly isError: boolean;
  readonly errorType?: string;
  /** A fault that somebody asked for has happened to it, in the init before it or in itself; absent where none came to it. */
  readonly struck?: true;
}

/** How the whole invoke phase ended, known after the runtime asked for the next event. */
export interface EnvironmentPhase {
  readonly status: 'success' | 'error' | 'timeout';
  readonly errorType?: string;
  readonly report: InvocationReport;
  /** Text of this invocation's log, START to REPORT. */
  readonly log: string;
  /** True when this was the environment's first invocation. */
  readonly cold: boolean;
  /** What it began and did not end (protocol/model.ts, InvocationSummary.leftBehind); empty where nothing is known of any. */
  readonly leftBehind: readonly string[];
}

export interface Environment {
  readonly id: string;
  readonly spec: EnvironmentSpec;
  readonly summary: EnvironmentSummary;
  /**
   * Starts the runtime and waits for the end of the init phase: its first `/next`, an error, or the limit of 10 s.
   * Never rejects for what the user's code did: a failed init is kept, and the first {@link invoke} runs it again
   * (suppressed init, spec/execution-environment.md §4.1). Rejects with an AwsError where nothing can be started (no
   * such language on this machine, no engine).
   */
  init(): Promise<void>;
  /**
   * Runs one event. Only legal while `idle` or `frozen`. `answer` settles as soon as the runtime has answered, crashed
   * or run out of time; `phase` settles when the environment is ready again or gone. Neither rejects for what the
   * user's code did.
   */
  invoke(invocation: EnvironmentInvocation): {
    answer: Promise<EnvironmentAnswer>;
    phase: Promise<EnvironmentPhase>;
  };
  /** True once it can take no further event (stopped, crashed while idle). */
  readonly ended: boolean;
  /** The debugger stopped in it or let it go on: init limit and deadline stand still in between (rule 2). */
  setPaused(paused: boolean): void;
  /** Tells a runtime that waits for its debugger where that is; where it doesn't wait, nothing happens. */
  connectDebugger(address: DebuggerAddress): void;
  /** Shutdown phase (§2.5); resolves when no process of it is left. Idempotent. */
  stop(reason: 'spindown' | 'failure' | 'timeout'): Promise<void>;
}

/** What environments tell the rooms above. */
export interface EnvironmentListener {
  changed(summary: EnvironmentSummary): void;
  log(record: LogRecord): void;
  /** The environment is gone; whoever pools it forgets it. */
  ended(id: string): void;
  /** Something a user should know once: which Node runs the handlers, a language that is missing. */
  notice(severity: 'info' | 'warning' | 'error', message: string): void;
}

export interface Environments {
  /** Makes an environment in state `starting`; nothing runs before {@link Environment.init}. Throws an AwsError where the spec cannot run here (engine or language missing), with what to do. */
  create(spec: EnvironmentSpec): Environment;
  list(): readonly EnvironmentSummary[];
  get(id: string): Environment | undefined;
  /** Says that this function will be needed soon: a runtime may be started ahead. */
  warm(spec: EnvironmentSpec): void;
  /** State of each engine, for status and doctor. */
  engines(): Promise<Readonly<Record<string, string>>>;
  /** Ends everything that an earlier host left behind (processes, containers, folders) and says what it was. */
  sweep(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Keys that a handler's SDK gets; they end with its environment. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Makes them worthless. */
  revoke(): void;
}
