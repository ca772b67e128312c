/**
 * What an engine does: start, signal and feed the processes of one environment. Engines know nothing of invocations.
 */
import type { EngineName } from '../../protocol/model.ts';
import type { EnvironmentSpec } from './environment.ts';

export interface EngineStart {
  readonly environmentId: string;
  readonly spec: EnvironmentSpec;
  /** Variables of the runtime's process, complete (spec/execution-environment.md §5.1), without AWS_LAMBDA_RUNTIME_API, which the engine sets to how its process reaches {@link runtimeApiPort}. */
  readonly variables: Readonly<Record<string, string>>;
  /** Opens the environment's Runtime API listener on this address and returns its port. */
  openRuntimeApi(bind: { readonly address: string; readonly allowFrom?: string }): Promise<number>;
  /** The environment's own /tmp on this machine: it survives a reset, so the caller makes and removes it. */
  readonly tmp: string;
  output(chunk: Buffer, stream: 'stdout' | 'stderr'): void;
}

export interface EngineExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly outOfMemory: boolean;
}

/** A runtime that was started. */
export interface EngineRuntime {
  readonly engine: EngineName;
  readonly pid?: number;
  readonly containerId?: string;
  readonly exited: Promise<EngineExit>;
  /** To the runtime's whole process group. */
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
  /** Freezes and thaws, where the platform can. */
  pause?(): Promise<void>;
  resume?(): Promise<void>;
  /** Bytes in use by all processes of the environment, or undefined where unknown. */
  memory(): Promise<number | undefined>;
  /** Removes what is left (container, mounts) after {@link exited}. */
  dispose(): Promise<void>;
}

export interface Engine {
  readonly name: EngineName;
  /** Rejects with an AwsError that says what is missing and what to do. */
  start(start: EngineStart): Promise<EngineRuntime>;
  /** `ready`, `unused`, or the reason why it can't be used. */
  state(): Promise<string>;
  sweep(): Promise<readonly string[]>;
  close(): Promise<void>;
}
