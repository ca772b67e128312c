/** Unpacks a wheel, which is a zip of files. Its checksum is known, so what it says of itself can be trusted. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';

/** yauzl refuses names that lead out of the folder. */
export async function unpackWheel(wheel: Buffer, folder: string): Promise<void> {
  const archive = await fromBufferPromise(wheel, { lazyEntries: true });
  const made = new Set<string>();
  for await (const entry of archive.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue;
    const file = path.join(folder, entry.fileName);
    const parent = path.dirname(file);
    if (!made.has(parent)) await mkdir(parent, { recursive: true });
    made.add(parent);
    await writeFile(file, await buffer(await archive.openReadStreamPromise(entry)));
  }
}
