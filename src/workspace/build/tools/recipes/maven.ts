/**
 * Java with Maven, as aws-lambda-builders' java_maven workflow lays it out: the classes at the root, what they need in
 * `lib`. It is built in a copy, without its tests.
 */
import { cp, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ToolBuild } from '../../../../protocol/workspace.ts';
import { isFile } from '../../../handlers/handlerFile.ts';
import { findProgram } from '../programs.ts';
import type { Recipe } from '../recipe.ts';
import { ToolFailure } from '../toolMessages.ts';

export const mavenRecipe: Recipe<ToolBuild> = {
  program: 'mvn',
  what: 'Java code',
  versionArgs: ['--version'],
  find: async root => (await findProgram('mvn')) ?? (await wrapperIn(root, 'mvnw')),
  projectOf: root => Promise.resolve({ folders: [root], skips: ['target'] }),
  variantOf: (_declared, root) => [root],
  async make(job, root) {
    const { program, out } = job.options;
    const copy = await job.copy();
    const cwd = copy.at(root);
    const classes = path.join(cwd, 'target', 'classes');
    const dependencies = path.join(cwd, 'target', 'dependency');
    // What a source made that is no more must not stay.
    await Promise.all([classes, dependencies].map(made => rm(made, { recursive: true, force: true })));
    await job.run(
      'mvn package',
      program,
      [
        ...['--batch-mode', '-DskipTests', 'package', 'dependency:copy-dependencies'],
        ...['-DincludeScope=runtime', '-Dmdep.prependGroupId=true'],
      ],
      { cwd, copy },
    );
    if (!(await isThere(classes)))
      throw new ToolFailure([
        { text: "Required target/classes directory was not produced from 'mvn package'" },
      ]);
    await cp(classes, out, { recursive: true });
    if (await isThere(dependencies)) await cp(dependencies, path.join(out, 'lib'), { recursive: true });
  },
};

/** The project's own start script of the tool. */
export async function wrapperIn(root: string, name: string): Promise<string | undefined> {
  const file = path.join(
    root,
    process.platform === 'win32' ? `${name}.${name === 'mvnw' ? 'cmd' : 'bat'}` : name,
  );
  return (await isFile(file)) ? file : undefined;
}

async function isThere(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => undefined)) !== undefined;
}
