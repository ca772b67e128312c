/**
 * .NET: what `dotnet lambda package`, which aws-lambda-builders runs, puts into the zip is what `dotnet publish` makes for
 * the machine that runs it.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type { DeclaredFunction, ToolBuild } from '../../../../protocol/workspace.ts';
import type { BuildTarget, Recipe } from '../recipe.ts';
import { existingFolders } from '../sources.ts';

export const dotnetRecipe: Recipe<ToolBuild> = {
  program: 'dotnet',
  what: '.NET code',
  versionArgs: ['--version'],
  projectOf: async root => ({ folders: await projectFolders(root), skips: ['bin', 'obj'] }),
  variantOf: ({ architecture, runtime }, root) => [root, architecture, runtime ?? ''],
  async make(job, root) {
    const { declared, program, target, out, work } = job.options;
    const isCustom = declared.runtime?.startsWith('provided') === true;
    await job.run(
      'dotnet publish',
      program,
      [
        ...['publish', '--configuration', 'Release', '--output', out],
        // What this machine's own .NET runs needs no platform, and runs in a container too.
        ...(isCustom || target === 'lambda' ? ['--runtime', platformOf(target, declared.architecture)] : []),
        ...['--self-contained', String(isCustom)],
        // Nothing goes into the project's bin and obj (.NET SDK 8 and later).
        ...['--artifacts-path', path.join(work, 'artifacts'), '-p:GenerateRuntimeConfigurationFiles=true'],
        // No compiler stays behind.
        ...['-nodeReuse:false', '-p:UseSharedCompilation=false', '-nologo'],
      ],
      { cwd: root, env: { DOTNET_NOLOGO: '1', DOTNET_CLI_TELEMETRY_OPTOUT: '1' } },
    );
  },
};

const systems: Readonly<Record<string, string>> = { win32: 'win', darwin: 'osx' };

/** .NET's name of the system and processor. */
function platformOf(target: BuildTarget, architecture: DeclaredFunction['architecture']): string {
  if (target === 'lambda') return architecture === 'arm64' ? 'linux-arm64' : 'linux-x64';
  return `${systems[process.platform] ?? 'linux'}-${process.arch}`;
}

/** The project's folder, and those of the projects that it refers to. */
async function projectFolders(root: string): Promise<string[]> {
  const found = new Set([root]);
  for (const folder of found) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (!/\.(cs|fs|vb)proj$/i.test(name)) continue;
      const text = await readFile(path.join(folder, name), 'utf8').catch(() => '');
      for (const [, place = ''] of text.matchAll(/<ProjectReference\s+Include="([^"]+)"/g))
        found.add(path.dirname(path.resolve(folder, place.replaceAll('\\', '/'))));
    }
  }
  return existingFolders([...found]);
}
