/** Go modules, as aws-lambda-builders' go_modules workflow builds them: `go build -o <artifact>/bootstrap <folder>`. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type { DeclaredFunction, ToolBuild } from '../../../../protocol/workspace.ts';
import { isIn } from '../../../files/isIn.ts';
import { isFile } from '../../../handlers/handlerFile.ts';
import { foldersUp } from '../../../packages.ts';
import type { BuildTarget, Recipe } from '../recipe.ts';
import { existingFolders } from '../sources.ts';

type GoBuild = Extract<ToolBuild, { tool: 'go' }>;

export const goRecipe: Recipe<GoBuild> = {
  program: 'go',
  what: 'Go code',
  versionArgs: ['version'],
  projectOf: async (root, _build, folder) => ({
    folders: await moduleFolders(root, folder),
    ignores: file => file.endsWith('_test.go'),
  }),
  variantOf: ({ architecture, handler }, root, build) => [
    root,
    architecture,
    handler ?? '',
    JSON.stringify(build),
  ],
  async make(job, root, { output, trimPath }) {
    const { declared, program, out, target } = job.options;
    await job.run(
      'go build',
      program,
      [
        'build',
        // What git says would make another program of the same code.
        '-buildvcs=false',
        ...(trimPath === true ? ['-trimpath'] : []),
        ...['-o', path.join(out, output), await packageOf(root, declared)],
      ],
      { cwd: root, env: goVariables(target, declared.architecture) },
    );
  },
};

/** The folder itself, else the one below it that the handler names, as aws-lambda-builders tries them. */
async function packageOf(root: string, { handler }: DeclaredFunction): Promise<string> {
  const files = await readdir(root).catch(() => []);
  if (files.some(file => file.endsWith('.go') && !file.endsWith('_test.go')) || handler === undefined)
    return '.';
  const below = path.join(root, handler);
  const hasCode = (await readdir(below).catch(() => [])).some(file => file.endsWith('.go'));
  return hasCode && isIn(root, below) ? `./${handler}` : '.';
}

const systems: Readonly<Record<string, string>> = { win32: 'windows' };
const processors: Readonly<Record<string, string>> = { x64: 'amd64', x86_64: 'amd64' };

/** A process runs on this machine's processor, whatever the template says (docs/fidelity.md). */
export function goVariables(
  target: BuildTarget,
  architecture: DeclaredFunction['architecture'],
): Record<string, string> {
  const here = target === 'machine';
  const arch = here ? process.arch : architecture;
  return {
    GOOS: here ? (systems[process.platform] ?? process.platform) : 'linux',
    GOARCH: processors[arch] ?? arch,
    // The C library of this machine may be newer than that of Lambda's images.
    ...(here ? {} : { CGO_ENABLED: process.env['CGO_ENABLED'] ?? '0' }),
  };
}

/** The module that the folder is in, and those of this machine that its `go.mod` puts in the place of others. */
async function moduleFolders(root: string, folder: string): Promise<string[]> {
  let top = root;
  for (const at of foldersUp(folder, root)) {
    if (await isFile(path.join(at, 'go.work'))) return [at];
    if (top === root && (await isFile(path.join(at, 'go.mod')))) top = at;
  }
  const text = await readFile(path.join(top, 'go.mod'), 'utf8').catch(() => '');
  const replaced = [...text.matchAll(/=>[ \t]+(\.{1,2}\/\S+|\/\S+)/g)].map(([, place = '']) =>
    path.resolve(top, place),
  );
  return existingFolders([top, ...replaced]);
}
