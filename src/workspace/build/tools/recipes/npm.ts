/**
 * The packages of a package.json, as aws-lambda-builders' nodejs_npm workflow installs them, without those for development.
 * The artifact is `node_modules` alone: the code runs from where it is.
 */
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PackageInstall } from '../../../../protocol/workspace.ts';
import { sourceText } from '../../../sourceText.ts';
import type { Recipe } from '../recipe.ts';
import { failureOf, ToolFailure } from '../toolMessages.ts';

const locks = ['package-lock.json', 'npm-shrinkwrap.json'];
const names = ['package.json', '.npmrc', ...locks];

/** `"file:dep.tgz"`, beside the manifest. */
const tarballsIn = (text: string): string[] =>
  [...text.matchAll(/"file:(?:\.\/)?([\w@.-]+\.(?:tgz|tar\.gz))"/g)].map(([, name = '']) => name);

export const npmRecipe: Recipe<PackageInstall> = {
  program: 'npm',
  what: 'packages',
  versionArgs: ['--version'],
  projectOf: async (root, { manifest }) => ({
    folders: [root],
    files: [...names, ...tarballsIn(await readFile(manifest, 'utf8').catch(() => ''))].map(name =>
      path.join(root, name),
    ),
  }),
  variantOf: ({ runtime, architecture }, root, build) => [
    root,
    runtime ?? '',
    architecture,
    JSON.stringify(build),
  ],
  async make(job, root, { manifest, exact }) {
    const { program, out } = job.options;
    const text = await readFile(manifest, 'utf8');
    await writeFile(path.join(out, 'package.json'), withoutScripts(manifest, text));
    const others = job.options.sources.files.map(({ file }) => path.relative(root, file));
    for (const name of others)
      if (name !== 'package.json') await copyFile(path.join(root, name), path.join(out, name));
    const hasLock = others.some(name => locks.includes(name));
    const command = hasLock ? 'ci' : 'install';
    if (exact === true && !hasLock)
      throw new ToolFailure([
        { text: `UseNpmCi needs a package-lock.json in ${root}. Run npm install there.` },
      ]);
    const result = await job.attempt(
      program,
      [command, '--omit=dev', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'],
      { cwd: out },
    );
    if (result.code !== 0) throw located(failureOf(`npm ${command}`, result, root), manifest, text);
    await Promise.all([...names, ...others].map(name => rm(path.join(out, name), { force: true })));
    // One whose packages are none has no folder.
    await mkdir(path.join(out, 'node_modules'), { recursive: true });
  },
};

/** The project's own scripts (`prepare`) want what isn't here; those of its packages run. */
function withoutScripts(manifest: string, text: string): string {
  try {
    const { scripts: _scripts, ...rest } = JSON.parse(text) as Record<string, unknown>;
    return JSON.stringify(rest);
  } catch (error) {
    throw new ToolFailure([
      {
        text: `package.json is no JSON: ${error instanceof Error ? error.message : String(error)}`,
        place: { file: manifest, line: 0 },
      },
    ]);
  }
}

/** A failure stands at the package that it names, else at the manifest's first line. */
export function located(failure: ToolFailure, manifest: string, text: string): ToolFailure {
  const said = failure.messages.map(message => message.text).join('\n');
  const names = [...said.matchAll(/['"`\s]((?:@[\w.-]+\/)?[A-Za-z0-9][\w.-]*)(?=[@=<>~!^'"`\s])/g)].map(
    ([, name = '']) => name,
  );
  const places = names.flatMap(name => {
    const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const found = new RegExp(`(?:^|["'\\s])(${escaped})(?=["'\\s=<>~!;\\[]|$)`, 'mi').exec(text);
    return found === null ? [] : [found.index + found[0].length - name.length];
  });
  const { line, column } = sourceText(manifest, text).positionAt(places[0] ?? 0);
  return new ToolFailure([{ text: said, place: { file: manifest, line, column } }]);
}
