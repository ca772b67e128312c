/** What a debugger needs to attach to an environment that waits for it (protocol/model.ts, DebugTarget). */
import type { DebugTarget } from '../../../protocol/model.ts';
import type { EngineRuntime } from '../engine.ts';
import type { EnvironmentSpec } from '../environment.ts';
import type { DebuggerNews } from '../runtimeApi/runtimeStates.ts';

/** Rejects where the runtime waits for what no debugger of this machine can give it. */
export async function debugTargetOf(
  debugId: string,
  waiting: Extract<DebuggerNews, { state: 'waiting' }>,
  spec: EnvironmentSpec,
  runtime: EngineRuntime,
): Promise<DebugTarget> {
  const { url } = waiting;
  const { websocketAddress, program, ...places } = (await runtime.debugTarget?.(url)) ?? { skipFiles: [] };
  const common = { debugId, localRoot: spec.code.kind === 'folder' ? spec.code.root : '', ...places };
  if (url !== undefined) return { language: 'node', websocketAddress: websocketAddress ?? url, ...common };
  if (program === undefined) throw new Error('its Python is none of this machine');
  const { debugpy } = waiting;
  return { language: 'python', program, ...(debugpy === undefined ? {} : { debugpy }), ...common };
}

/** What Node prints on stderr about its inspector. The address in it is a secret, and none of it is the function's. */
export function isInspectorLine(line: string): boolean {
  return (
    /^Debugger (listening|ending) on wss?:\/\/[^ ]+$/.test(line) ||
    line === 'Debugger attached.' ||
    line === 'Waiting for the debugger to disconnect...' ||
    // Node.js 24 names another page than those before it.
    /^For help, see: https:\/\/nodejs\.org\/[a-z/-]*(inspector|debugging)[a-z/-]*$/.test(line)
  );
}
