/**
 * What an engine does: start, signal and feed the processes of one environment. Engines know nothing of invocations.
 */
import type { Socket } from 'node:net';
import type { DebugPlaces, EngineName } from '../../protocol/model.ts';
import type { EnvironmentSpec } from './environment.ts';
import type { AssignHeader } from './runtimeApi/frames.ts';
import type { RuntimeApi } from './runtimeApi/runtimeApi.ts';

/** Where the environment's Runtime API listens, and for whom. */
export interface RuntimeApiBind {
  /** Address of this machine: loopback, or the gateway of the engine's own network. */
  readonly address: string;
  /**
   * The one remote address that may connect (a container's). Without it: processes of our own user. A container's is
   * known only when it has started: who connects earlier waits for the promise, which never rejects (then `''`).
   */
  readonly allowFrom?: string | Promise<string>;
  /** Names besides {@link address} that the runtime may use in its Host header (`host.docker.internal`). */
  readonly hostNames?: readonly string[];
}

/**
 * Paths on the environment's Runtime API for a runtime that is not our bootstrap (a container with our preload). As soon
 * as its inspector is open, and before it waits for a debugger, it posts the inspector's URL as the body to `waiting`
 * ({@link EngineRuntime.debugTarget} translates it); when it goes on, it posts an empty body to `attached`.
 */
export const DEBUGGER_PATHS = {
  waiting: '/lamplight/debugger/waiting',
  attached: '/lamplight/debugger/attached',
} as const;

export interface EngineStart {
  readonly environmentId: string;
  readonly spec: EnvironmentSpec;
  /** Variables of the runtime's process, complete (spec/execution-environment.md §5.1), without AWS_LAMBDA_RUNTIME_API, which the engine sets to how its process reaches {@link runtimeApiPort}. */
  readonly variables: Readonly<Record<string, string>>;
  /** Opens the environment's Runtime API listener on this address and returns its port; the same one after a reset. */
  openRuntimeApi(bind: RuntimeApiBind): Promise<number>;
  /** Serves a connection that came into being with the runtime's process, besides those that the listener accepts. */
  connect(connection: Socket): void;
  /** For runtimes that speak frames (our own bootstraps): what they serve, told as soon as they are connected. */
  assign(header: AssignHeader): void;
  /** Uses a runtime that was started ahead, with its listener, in place of {@link openRuntimeApi}. Absent after a reset: the port is the environment's identity. */
  adopt?(api: RuntimeApi): void;
  /** The environment's own /tmp on this machine: it survives a reset, so the caller makes and removes it. */
  readonly tmp: string;
  output(chunk: Buffer, stream: 'stdout' | 'stderr'): void;
}

export interface EngineExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly outOfMemory: boolean;
  /**
   * The process could not be started at all, and that is the function's own doing (an image's ENTRYPOINT or working
   * directory that isn't there): AWS's error type and the reason (spec/execution-environment.md §4.3).
   */
  readonly launchError?: {
    readonly errorType: 'Runtime.InvalidEntrypoint' | 'Runtime.InvalidWorkingDir';
    readonly message: string;
  };
}

/** What an engine knows of a runtime that waits for its debugger. */
export interface SeenByDebugger extends Omit<DebugPlaces, 'localRoot'> {
  /** Node's. */
  readonly websocketAddress?: string;
  /** The program that runs the function, where it is one of this machine. */
  readonly program?: string;
}

/** A runtime that was started. */
export interface EngineRuntime {
  readonly engine: EngineName;
  readonly pid?: number;
  readonly containerId?: string;
  /** Never rejects. */
  readonly exited: Promise<EngineExit>;
  /** To the runtime's whole process group. */
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
  /** Freezes and thaws, where the platform can. Without a promise it has been done when they return. */
  pause?(): Promise<void> | undefined;
  resume?(): Promise<void> | undefined;
  /** Bytes in use by all processes of the environment, or undefined where unknown. */
  memory(): Promise<number | undefined>;
  /**
   * From the address that the runtime's process gave its inspector to what a debugger on this machine attaches to
   * (published port, folders as the process sees them). Absent where the process's own address is the one to use.
   * Undefined for a runtime that connects to its debugger by itself: Python.
   */
  debugTarget?(inspectorUrl: string | undefined): Promise<SeenByDebugger>;
  /** True where the engine itself keeps the memory limit (a container's): the environment then does not poll {@link memory} for it. */
  readonly keepsMemoryLimit?: boolean;
  /** Resolves when all output that the runtime wrote before this call has been handed over, or would take too long. */
  drain?(): Promise<void>;
  /** Removes what is left (container, mounts) after {@link exited}. */
  dispose(): Promise<void>;
}

/** The process of one external extension, in a group of its own. */
export type ExtensionProcess = Pick<
  EngineRuntime,
  'pid' | 'exited' | 'signal' | 'pause' | 'resume' | 'memory' | 'dispose'
>;

export interface ExtensionStart extends Pick<EngineStart, 'environmentId' | 'openRuntimeApi' | 'output'> {
  /** Variables of the process, complete but for AWS_LAMBDA_RUNTIME_API (life/variables.ts, extensionVariables). */
  readonly variables: Readonly<Record<string, string>>;
}

/** The external extensions of one function: the files in `/opt/extensions`, or in what stands for it (§2.3). */
export interface ExtensionPrograms {
  /** The files' names, in AWS's order; empty where they are {@link disabled}. */
  readonly names: readonly string[];
  /** The layers turn the Extensions API off (`/opt/disable-extensions-jwigqn8j`). */
  readonly disabled: boolean;
  /**
   * Starts one. Before the runtime: the environment's listener is then there when that starts. Rejects with an
   * ExtensionLaunchError where the file can't run.
   */
  start(name: string, start: ExtensionStart): Promise<ExtensionProcess>;
}

/** The file of an external extension can't be started, and that is the function's own doing. */
export class ExtensionLaunchError extends Error {
  readonly errorType: 'PermissionDenied' | 'UnknownError';

  constructor(errorType: 'PermissionDenied' | 'UnknownError', message: string) {
    super(message);
    this.errorType = errorType;
  }
}

/** Where an engine puts what AWS has at `/var/task`, `/var/runtime` and `/opt`, as the handler's process sees it. */
export interface EngineLayout {
  readonly taskRoot: string;
  readonly runtimeDirectory: string;
  /** Variables that come with it and that the user's may replace (PATH, LANG, NODE_PATH …). */
  readonly defaults: Readonly<Record<string, string>>;
  /** For INIT_START: `nodejs:22.14.0`. */
  readonly runtimeVersion: string;
  /** Something a user should know once: another version of the language runs the function. */
  readonly notice?: string;
}

/** An engine that has found all that one function needs. */
export interface PreparedEngine extends EngineLayout {
  /** What a user should know of an error that the function ended with, besides the error; goes to its log. */
  explain?(error: Buffer): string | undefined;
  /** Absent where the function has none, or the engine runs none. */
  readonly extensions?: ExtensionPrograms;
  start(start: EngineStart): Promise<EngineRuntime>;
  /** The environment is over, and its last runtime disposed of: ends what outlives a runtime (namespaces, with their /tmp). Idempotent. */
  close?(): Promise<void>;
}

export interface Engine {
  readonly name: EngineName;
  /**
   * True where {@link start} makes a sandbox first (a container), which takes longer than starting a process: AWS's
   * limits and durations do not count that, and an environment does not either.
   */
  readonly makesSandbox?: boolean;
  /** Says that an environment of this kind will be needed soon: the engine may fetch what it takes. Never throws. */
  warm?(spec: EnvironmentSpec): void;
  /** Finds language, layers and layout of a function before it starts. Absent: AWS's own layout, and {@link start}. Rejects as {@link start} does. */
  prepare?(spec: EnvironmentSpec, tmp: string): Promise<PreparedEngine>;
  /** Rejects with an AwsError that says what is missing and what to do. */
  start(start: EngineStart): Promise<EngineRuntime>;
  /** `ready`, `unused`, or the reason why it can't be used. */
  state(): Promise<string>;
  sweep(): Promise<readonly string[]>;
  close(): Promise<void>;
}
