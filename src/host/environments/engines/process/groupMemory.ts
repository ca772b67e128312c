/** Memory of all processes of one environment, as the platform tells it. */
import process from 'node:process';
import { childrenOf, memoryOf, memoryOfGroup } from './platform.ts';

/**
 * Bytes that the processes of `leader`'s group have in memory. Undefined where the platform does not tell (Windows).
 *
 * On Linux these are the processes below the leader, which counts with the most that it ever had, so that a peak between
 * two looks is seen. Elsewhere they are the group, by `ps`, as they are now.
 */
export function groupMemory(leader: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return memoryOfGroup(leader);
  const own = memoryOf(leader);
  return Promise.resolve(own === undefined ? undefined : own.peak + sumOfChildren(leader, 0));
}

function sumOfChildren(pid: number, depth: number): number {
  if (depth > 16) return 0;
  let sum = 0;
  for (const child of childrenOf(pid)) sum += (memoryOf(child)?.now ?? 0) + sumOfChildren(child, depth + 1);
  return sum;
}
