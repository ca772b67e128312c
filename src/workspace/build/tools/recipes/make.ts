/**
 * `BuildMethod: makefile`, as aws-lambda-builders' custom_make workflow runs it: `make build-<LogicalId>` in a copy of the
 * code's folder, with ARTIFACTS_DIR. The copy stays, so that what make has made is not made again.
 */
import path from 'node:path';
import type { ToolBuild } from '../../../../protocol/workspace.ts';
import { isFile } from '../../../handlers/handlerFile.ts';
import type { Recipe } from '../recipe.ts';
import { existingFolders } from '../sources.ts';
import { ToolFailure } from '../toolMessages.ts';

type MakeBuild = Extract<ToolBuild, { tool: 'make' }>;

export const makeRecipe: Recipe<MakeBuild> = {
  program: 'make',
  what: 'Makefile',
  versionArgs: ['--version'],
  ownWork: true,
  projectOf: async (root, { makefile }) => ({
    folders: await existingFolders([root, path.dirname(makefile)]),
    withPackages: true,
  }),
  variantOf: (_declared, root, build) => [root, JSON.stringify(build)],
  async make(job, root, { makefile, target, workingDirectory }) {
    if (!(await isFile(makefile))) throw new ToolFailure([{ text: `Makefile not found at ${makefile}` }]);
    const { program, out } = job.options;
    const copy = await job.copy();
    await job.run(`make ${target}`, program, ['--makefile', copy.at(makefile), target], {
      cwd: copy.at(workingDirectory ?? root),
      env: { ARTIFACTS_DIR: out },
      copy,
    });
  },
};
