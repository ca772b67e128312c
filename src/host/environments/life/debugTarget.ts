/** What a debugger needs to attach to an environment that waits for it (protocol/model.ts, DebugTarget). */
import type { DebugTarget } from '../../../protocol/model.ts';
import type { EngineRuntime } from '../engine.ts';
import type { EnvironmentSpec } from '../environment.ts';

export async function debugTargetOf(
  debugId: string,
  url: string,
  spec: EnvironmentSpec,
  runtime: EngineRuntime,
): Promise<DebugTarget> {
  const seen = (await runtime.debugTarget?.(url)) ?? { websocketAddress: url, skipFiles: [] };
  return { debugId, language: 'node', localRoot: spec.code.kind === 'folder' ? spec.code.root : '', ...seen };
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
