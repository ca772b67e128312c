// fetchDebugpy.mjs FOLDER: puts the wheel of the debugpy that the editor installs there, and unpacks it into unpacked/.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { surroundings } from '../../src/client/userFolders.ts';
import { fetchWheel } from '../../src/extension/debug/python/installDebugpy.ts';
import { DEBUGPY } from '../../src/extension/debug/python/release.ts';
import { unpackWheel } from '../../src/extension/debug/python/unpackWheel.ts';

const folder = path.resolve(process.argv[2] ?? '.');
const wheel = await fetchWheel({ here: surroundings(), signal: AbortSignal.timeout(120_000) });
await writeFile(path.join(folder, DEBUGPY.file), wheel);
await unpackWheel(wheel, path.join(folder, 'unpacked'));
