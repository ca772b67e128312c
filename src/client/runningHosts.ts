/** Hosts of other folders, for a command that finds none where it was called. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { HostInfo } from '../protocol/hostInfo.ts';
import { readHostFile } from './hostFile.ts';
import { isAlive } from './processIdentity.ts';
import { type Surroundings, userDataFolder } from './userFolders.ts';

/** Those whose files name a process that lives; nobody is called. Hosts with a `--state` of their own are not found. */
export async function runningHosts(here: Surroundings): Promise<readonly HostInfo[]> {
  const folder = userDataFolder(here);
  const names = await readdir(folder).catch(() => []);
  const files = await Promise.all(
    names.map(name => readHostFile(path.join(folder, name)).catch(() => undefined)),
  );
  return files.filter(info => info !== undefined && isAlive(info.pid)) as readonly HostInfo[];
}
