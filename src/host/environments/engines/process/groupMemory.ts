/** Memory of all processes of one environment, as Linux tells it. */
import process from 'node:process';
import { childrenOf, memoryOf } from './platform.ts';

/**
 * Bytes that the processes below `leader` have in memory now; the leader counts with the most that it ever had, so that
 * a peak between two looks is seen. Undefined where the platform does not tell.
 */
export function groupMemory(leader: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const own = memoryOf(leader);
  if (!own) return undefined;
  return own.peak + sumOfChildren(leader, 0);
}

function sumOfChildren(pid: number, depth: number): number {
  if (depth > 16) return 0;
  let sum = 0;
  for (const child of childrenOf(pid)) sum += (memoryOf(child)?.now ?? 0) + sumOfChildren(child, depth + 1);
  return sum;
}
