import { mkdtemp, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

export interface TemporaryFolder {
  /** Absolute real path, so that what programs report can be compared with it. */
  readonly path: string;
  remove(): Promise<void>;
}

/** A new empty folder `lamplight-<purpose>-XXXXXX` in the system's place for such. */
export async function temporaryFolder(purpose: string): Promise<TemporaryFolder> {
  const made = await mkdtemp(path.join(os.tmpdir(), `lamplight-${purpose}-`));
  const folder = await realpath(made);
  return {
    path: folder,
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}
