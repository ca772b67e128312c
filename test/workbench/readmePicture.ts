import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { repository } from '../../scripts/prepare/progress.mjs';
import type { Workbench } from './harness/workbench.ts';

/**
 * A picture for the README. Every run takes it, into .cache/screenshots; a run with LAMPLIGHT_README_PICTURES=1 puts it
 * into media/readme as well, which is how the committed ones are made.
 */
export async function readmePicture(workbench: Workbench, name: string): Promise<void> {
  const file = await workbench.screenshot(`readme-${name}`);
  if (process.env['LAMPLIGHT_README_PICTURES'] !== '1') return;
  const folder = path.join(repository, 'media/readme');
  await mkdir(folder, { recursive: true });
  await copyFile(file, path.join(folder, `${name}.png`));
}
