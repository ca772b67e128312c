/**
 * The packages of a requirements.txt (pip) or a project file (uv), as aws-lambda-builders' python_pip and python_uv
 * workflows install them. The artifact is the packages alone: the code runs from where it is.
 */
import { copyFile, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { DeclaredFunction, PackageInstall } from '../../../../protocol/workspace.ts';
import { findProgram, versionOf } from '../programs.ts';
import type { Job, Recipe } from '../recipe.ts';
import { failureOf, ToolFailure } from '../toolMessages.ts';
import { located } from './npm.ts';

/** `3.13` of `python3.13`. */
const minorOf = (runtime: string | undefined): string => /^python(\d+\.\d+)/.exec(runtime ?? '')?.[1] ?? '';

/** Files beside the manifest that it may name: other requirements, constraints, the lock, wheels. */
async function manifestFiles(root: string): Promise<string[]> {
  const names = await readdir(root).catch(() => []);
  return names
    .filter(name => /\.(txt|in|whl)$|^(pyproject|uv)\.(toml|lock)$/.test(name))
    .map(name => path.join(root, name));
}

const common = {
  projectOf: async (root: string) => ({ folders: [root], files: await manifestFiles(root) }),
  variantOf: ({ runtime, architecture }: DeclaredFunction, root: string, build: PackageInstall) => [
    root,
    runtime ?? '',
    architecture,
    JSON.stringify(build),
  ],
};

export const pipRecipe: Recipe<PackageInstall> = {
  ...common,
  program: 'python',
  what: 'packages',
  versionArgs: ['--version'],
  find: (root, { runtime }) => findPython(root, minorOf(runtime)),
  async make(job, root, { manifest }) {
    const { program, out, target, declared } = job.options;
    const result = await job.attempt(
      program,
      [
        ...['-m', 'pip', 'install', '--target', out, '--requirement', await copied(job, manifest)],
        // Not quiet: that no index was reached is said by the way.
        ...['--disable-pip-version-check', '--no-input', '--no-compile'],
        ...(target === 'lambda' ? lambdaWheels(declared) : []),
      ],
      { cwd: job.options.temporary, env: { PYTHONDONTWRITEBYTECODE: '1' } },
    );
    if (result.code === 0) return;
    if (result.stderr.includes('No module named pip'))
      throw new ToolFailure([
        {
          text: `${program} has no pip, which installs the packages of "${declared.name}". Install it: ${program} -m ensurepip`,
        },
      ]);
    throw located(failureOf('pip install', result, root), manifest, await readFile(manifest, 'utf8'));
  },
};

export const uvRecipe: Recipe<PackageInstall> = {
  ...common,
  program: 'uv',
  what: 'packages',
  versionArgs: ['--version'],
  async make(job, root, { manifest }) {
    const { program, out, target, declared, temporary } = job.options;
    const copy = await copied(job, manifest);
    let requirements = copy;
    const run = async (...args: string[]): Promise<void> => {
      const result = await job.attempt(program, args, { cwd: temporary });
      const name = `uv ${args[0] === 'pip' ? `pip ${args[1] ?? ''}` : (args[0] ?? '')}`;
      if (result.code !== 0)
        throw located(failureOf(name, result, root), manifest, await readFile(manifest, 'utf8'));
    };
    const python = ['--python-version', minorOf(declared.runtime)];
    if (!copy.endsWith('.txt')) {
      requirements = path.join(temporary, 'lamplight-requirements.txt');
      if (copy.endsWith('.lock'))
        await run('export', '--frozen', '--no-dev', '--no-emit-project', '--quiet', '-o', requirements);
      else await run('pip', 'compile', '--quiet', ...python, 'pyproject.toml', '-o', requirements);
    }
    const platform =
      target === 'lambda'
        ? [
            '--python-platform',
            `${declared.architecture === 'arm64' ? 'aarch64' : 'x86_64'}-unknown-linux-gnu`,
          ]
        : [];
    await run('pip', 'install', '--quiet', '--target', out, ...python, ...platform, '-r', requirements);
  },
};

/** The manifest, with what it names, where the tool may write. */
async function copied(job: Job, manifest: string): Promise<string> {
  const { temporary, sources } = job.options;
  for (const { file } of sources.files) await copyFile(file, path.join(temporary, path.basename(file)));
  return path.join(temporary, path.basename(manifest));
}

/** Wheels for Lambda's Linux, whatever this machine is: those that its C library can load. */
function lambdaWheels({ runtime, architecture }: DeclaredFunction): string[] {
  const minor = minorOf(runtime);
  const processor = architecture === 'arm64' ? 'aarch64' : 'x86_64';
  // Amazon Linux 2 has glibc 2.26, Amazon Linux 2023 has 2.34.
  const newest = Number(minor.split('.')[1]) >= 12 ? 34 : 26;
  const platforms = Array.from({ length: newest - 16 }, (_, index) => `manylinux_2_${newest - index}`);
  return [
    ...[...platforms, 'manylinux2014'].flatMap(name => ['--platform', `${name}_${processor}`]),
    ...['--python-version', minor, '--implementation', 'cp', '--only-binary', ':all:'],
  ];
}

/** The Python of that version on the PATH, else any: a process is run by the same (host/runtimes/pythonDiscovery.ts). */
async function findPython(root: string, minor: string): Promise<string | undefined> {
  const names = [`python${minor}`, 'python3', 'python'];
  const found = (await Promise.all(names.map(name => findProgram(name)))).filter(file => file !== undefined);
  const versions = await Promise.all(found.map(file => versionOf(file, ['--version'], root)));
  const exact = found.find((_file, index) => versions[index]?.startsWith(`Python ${minor}.`));
  return exact ?? found.find((_file, index) => versions[index] !== '');
}
