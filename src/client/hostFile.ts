/** Reads `host.json`, the file in which a running host describes itself. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { HOST_INFO_FILE, type HostInfo } from '../protocol/hostInfo.ts';

/** What the file says, or undefined where it is missing, half written or not a host's. */
export async function readHostFile(stateDir: string): Promise<HostInfo | undefined> {
  let text: string;
  try {
    text = await readFile(path.join(stateDir, HOST_INFO_FILE), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
  try {
    const parsed: unknown = JSON.parse(text);
    return isHostInfo(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** The members that a client uses; others may be missing in the file of an older version. */
function isHostInfo(value: unknown): value is HostInfo {
  if (typeof value !== 'object' || value === null) return false;
  const info = value as Partial<Record<keyof HostInfo, unknown>>;
  const keys = info.credentials as Record<string, unknown> | null | undefined;
  return (
    typeof info.endpoint === 'string' &&
    /^http:\/\/[^/]+:\d+$/.test(info.endpoint) &&
    typeof info.pid === 'number' &&
    typeof info.region === 'string' &&
    typeof keys === 'object' &&
    keys !== null &&
    typeof keys['accessKeyId'] === 'string' &&
    typeof keys['secretAccessKey'] === 'string'
  );
}
