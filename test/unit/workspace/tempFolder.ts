/** Real folders for tests: made from a map of relative paths to texts, removed after the test file. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

export type Files = Readonly<Record<string, string | Buffer>>;

const made: string[] = [];

export async function tempFolder(files: Files = {}): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'lamplight-workspace-')));
  made.push(folder);
  await write(folder, files);
  return folder;
}

/** At once: whoever goes on after `await` does so before a watch can have told of it. */
export function write(folder: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return Promise.resolve();
}

export async function removeTempFolders(): Promise<void> {
  await Promise.all(
    made.splice(0).map(folder => rm(folder, { recursive: true, force: true, maxRetries: 5 })),
  );
}
