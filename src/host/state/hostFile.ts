/** `host.json` in the state folder: how clients find a running host (protocol/hostInfo.ts). */
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { HOST_INFO_FILE, type HostInfo } from '../../protocol/hostInfo.ts';

/** Whole or not at all: clients watch for the file. Only this user reads it; it has the keys. */
export async function writeHostFile(info: HostInfo): Promise<void> {
  const file = path.join(info.stateDir, HOST_INFO_FILE);
  await writeFile(`${file}.new`, `${JSON.stringify(info)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

export const removeHostFile = (stateDir: string): Promise<void> =>
  rm(path.join(stateDir, HOST_INFO_FILE), { force: true });
