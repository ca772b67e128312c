/**
 * Bytes that a container's processes use. The sum of their resident memory, as for functions that run as processes,
 * where the kernel's files can be read here; a container's cgroup does not count pages that another one touched first,
 * so that the second container of an image would seem to use almost nothing.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { DockerClient } from './dockerClient.ts';

const CGROUPS = '/sys/fs/cgroup';

export interface MemoryReader {
  /** Undefined when it is not known, or nothing runs any more. */
  read(): Promise<number | undefined>;
}

/**
 * @param pid of the container's first process on this machine; 0 where that is not the engine's
 * @param limit bytes that the container may use: pages that it shares with others are not counted against it, so that
 *   the sum can be more
 */
export async function memoryReader(
  client: DockerClient,
  id: string,
  pid: number,
  limit: number,
): Promise<MemoryReader> {
  const processes = pid > 0 ? await findProcessList(id, pid) : undefined;
  return {
    async read() {
      const bytes = await (processes === undefined ? readStatistics(client, id) : readResident(processes));
      return bytes === undefined ? undefined : Math.min(bytes, limit);
    },
  };
}

/** The file that lists the container's processes, in version 1 and 2 of cgroups. */
async function findProcessList(id: string, pid: number): Promise<string | undefined> {
  const groups = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '');
  for (const line of groups.split('\n')) {
    const [, controllers = '', ...rest] = line.split(':');
    const group = rest.join(':');
    // The container's id in the name proves that the pid is of this machine.
    if (!group.includes(id)) continue;
    if (controllers === '') return path.join(CGROUPS, group, 'cgroup.procs');
    if (controllers.split(',').includes('memory')) return path.join(CGROUPS, 'memory', group, 'cgroup.procs');
  }
  return undefined;
}

async function readResident(list: string): Promise<number | undefined> {
  const pids = (await readFile(list, 'utf8').catch(() => '')).split('\n').filter(pid => pid !== '');
  if (pids.length === 0) return undefined;
  const sizes = await Promise.all(pids.map(residentBytes));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function residentBytes(pid: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

async function readStatistics(client: DockerClient, id: string): Promise<number | undefined> {
  try {
    const { memory_stats: memory } = await client.getContainer(id).stats({ stream: false, 'one-shot': true });
    const usage = (memory as Partial<typeof memory>).usage;
    if (usage === undefined) return undefined;
    // Page cache that can be given back is no use of memory (cgroup v1 and v2 name it differently).
    const { total_inactive_file: v1, inactive_file: v2 } = memory.stats as Partial<Record<string, number>>;
    return Math.max(0, usage - (v1 ?? v2 ?? 0));
  } catch {
    return undefined;
  }
}
