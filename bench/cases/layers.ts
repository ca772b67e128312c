/** Layers of 250 MB on 20 environments at once: what lies on the disk for them, and what the first and the others wait. */
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { createHarness, invoke, type Harness } from '../../test/host/environments/environmentHarness.ts';
import { trivialHandler, type Case } from '../context.ts';
import { timed } from '../measure.ts';
import type { Row } from '../report.ts';

const FILES = 25;
const FILE_BYTES = 10_000_000;
const LAYERS_MEGABYTES = (FILES * FILE_BYTES) / 1_000_000;
const ENVIRONMENTS = 20;

export const layers: Case = {
  name: 'layers',
  what: `layers of ${LAYERS_MEGABYTES} MB on ${ENVIRONMENTS} environments`,
  group: 'usual',
  run: async () => [
    ...(await measure('a template’s layers', false)),
    ...(await measure('uploaded layers', true)),
  ],
};

async function measure(what: string, uploaded: boolean): Promise<Row[]> {
  const harness = createHarness();
  try {
    const large = await makeLayer(harness, 'large', uploaded, FILES, FILE_BYTES);
    const small = await makeLayer(harness, 'small', uploaded, 1, 10);
    const before = await bytesIn(harness.folder);
    const start = async (): Promise<void> => {
      const environment = await harness.start({ 'index.js': trivialHandler }, { layers: [large, small] });
      await invoke(environment, { n: 1 });
    };
    const first = await timed(start);
    const others = await timed(() => Promise.all(Array.from({ length: ENVIRONMENTS - 1 }, start)));
    const added = ((await bytesIn(harness.folder)) - before) / 1_000_000;
    return [
      {
        name: `${what}: on the disk for ${ENVIRONMENTS} environments`,
        value: added,
        unit: 'MB',
        // Beside one copy at most, each environment has its function's few files.
        target: { of: 'value', is: 'at most', limit: (uploaded ? 0 : LAYERS_MEGABYTES) + 2 },
      },
      {
        name: `${what}: the first environment`,
        value: first,
        unit: 'ms',
        baseline: { name: 'one of the others', value: others / (ENVIRONMENTS - 1) },
      },
    ];
  } finally {
    await harness.close();
  }
}

/** Of the workspace, or named by its contents as what was uploaded is. */
async function makeLayer(
  harness: Harness,
  name: string,
  uploaded: boolean,
  files: number,
  bytes: number,
): Promise<string> {
  const root = uploaded
    ? path.join(harness.folder, 'state', 'code', name, 'files')
    : path.join(harness.folder, name);
  await mkdir(root, { recursive: true });
  for (let index = 0; index < files; index++) {
    const handle = await open(path.join(root, `${name}-${index}`), 'wx');
    await handle.writeFile(randomBytes(bytes));
    await handle.close();
  }
  return root;
}

/** Of all files, those with several names once. */
async function bytesIn(folder: string): Promise<number> {
  const seen = new Map<number, number>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const { ino, blocks } = await lstat(path.join(entry.parentPath, entry.name));
    seen.set(ino, blocks * 512);
  }
  return [...seen.values()].reduce((sum, bytes) => sum + bytes, 0);
}
