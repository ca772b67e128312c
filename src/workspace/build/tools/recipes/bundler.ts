/** Ruby with a Gemfile, as aws-lambda-builders' ruby_bundler workflow does it: the code, with its gems in `vendor/bundle`. */
import { cp } from 'node:fs/promises';
import type { ToolBuild } from '../../../../protocol/workspace.ts';
import type { Recipe } from '../recipe.ts';

export const bundlerRecipe: Recipe<ToolBuild> = {
  program: 'bundle',
  what: 'gems',
  versionArgs: ['--version'],
  projectOf: root => Promise.resolve({ folders: [root] }),
  variantOf: ({ runtime }, root) => [root, runtime ?? ''],
  async make(job, root) {
    const { program, out } = job.options;
    const copy = await job.copy();
    const cwd = copy.at(root);
    const bundle = (...args: string[]): Promise<unknown> =>
      job.run(`bundle ${args[0] ?? ''}`, program, args, { cwd, copy });
    await bundle('config', 'set', '--local', 'without', 'development:test');
    await bundle('config', 'set', '--local', 'path', 'vendor/bundle');
    await bundle('install');
    await cp(cwd, out, { recursive: true, verbatimSymlinks: true });
  },
};
