/** What a user downloads. */
import { stat, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { repository, run } from '../../scripts/prepare/progress.mjs';
import type { Case } from '../context.ts';

export const packageSize: Case = {
  name: 'size',
  what: 'the size of the .vsix',
  group: 'usual',
  async run() {
    const printed = await run(process.execPath, ['scripts/package.mjs']);
    const file = path.join(repository, /^(\S+\.vsix):/m.exec(printed)![1]!);
    const { size } = await stat(file);
    await rm(file);
    return [{ name: '.vsix', value: size / 1_000, unit: 'KB' }];
  },
};
