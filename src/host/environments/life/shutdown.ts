/** The shutdown phase of an environment with extensions: its order, signals and budgets (spec/execution-environment.md §2.5). */
import { withinWall, type Clock } from '../../clock.ts';
import type { EngineRuntime, ExtensionProcess } from '../engine.ts';
import { shutdownEvent, type ShutdownReason } from '../extensionsApi/extensionEvents.ts';
import type { ExtensionStates } from '../extensionsApi/extensionStates.ts';

/** Milliseconds of wall time for all of it: where only the runtime's process has extensions, and where others have. */
const INTERNAL_BUDGET = 500;
const EXTERNAL_BUDGET = 2_000;
/** The runtime's part of the latter, from SIGTERM to SIGKILL. */
const RUNTIME_SHARE = 300;
/** For what was killed. */
const EXIT_LIMIT = 2_000;

export type ShutdownRuntime = Pick<EngineRuntime, 'signal' | 'exited'>;

export interface ShutdownParts {
  readonly clock: Pick<Clock, 'afterWall' | 'wallNow' | 'monotonic'>;
  readonly states: ExtensionStates;
  /** Of the external ones, by name. */
  readonly processes: ReadonlyMap<string, ExtensionProcess>;
  /** Absent where it has ended. */
  readonly runtime: ShutdownRuntime | undefined;
  /** Hands over what extensions are to know before SHUTDOWN. Never rejects. */
  flush(): Promise<unknown>;
  /** Something could not be ended or removed. */
  notice(message: string): void;
}

/** Never rejects. The runtime is ended, not disposed of. */
export async function shutDown(parts: ShutdownParts, reason: ShutdownReason): Promise<void> {
  const { clock, processes } = parts;
  const began = clock.monotonic();
  const deadlineMs = clock.wallNow() + EXTERNAL_BUDGET;
  await endRuntime(parts, processes.size > 0 ? RUNTIME_SHARE : INTERNAL_BUDGET);
  if (processes.size === 0) return;
  await parts.flush();
  const left = Math.max(0, EXTERNAL_BUDGET - (clock.monotonic() - began));
  await endExtensions(parts, reason, deadlineMs, left);
}

async function endRuntime({ clock, runtime }: ShutdownParts, graceMs: number): Promise<void> {
  if (!runtime) return;
  runtime.signal('SIGTERM');
  if ((await withinWall(clock, graceMs, runtime.exited)) !== undefined) return;
  runtime.signal('SIGKILL');
  await withinWall(clock, EXIT_LIMIT, runtime.exited);
}

async function endExtensions(
  parts: ShutdownParts,
  reason: ShutdownReason,
  deadlineMs: number,
  left: number,
): Promise<void> {
  const { clock, states, processes } = parts;
  const told = new Set(
    states.list.filter(({ events }) => events.includes('SHUTDOWN')).map(({ name }) => name),
  );
  states.shutdown(shutdownEvent(reason, deadlineMs));
  const ends = [...processes].map(([name, process]) =>
    endOne(parts, name, process, told.has(name) ? left : 0),
  );
  await Promise.all(ends);
  const disposals = [...processes].map(async ([name, process]) => {
    try {
      await process.dispose();
    } catch (error) {
      parts.notice(`Something of extension ${name} could not be removed: ${String(error)}`);
    }
  });
  await withinWall(clock, EXIT_LIMIT, Promise.all(disposals));
}

async function endOne(
  { clock, states }: ShutdownParts,
  name: string,
  process: ExtensionProcess,
  graceMs: number,
): Promise<void> {
  const exit = graceMs === 0 ? undefined : await withinWall(clock, graceMs, process.exited);
  states.exited(name, exit?.code === 0);
  // What it started, and left in its group, goes with it.
  process.signal('SIGKILL');
  if (exit === undefined) await withinWall(clock, EXIT_LIMIT, process.exited);
}
