// npm run package: a production build as .vsix for this platform, its content checked against a list, its size printed.
import { createVSIX } from '@vscode/vsce';
import { cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { contentOf, notAllowed } from './package/content.mjs';
import { thirdPartyNotices } from './package/notices.mjs';
import { repository, run, say, step } from './prepare/progress.mjs';

/** VS Code names its platforms as Node does, but for 32-bit ARM; Alpine has its own Node, which says so. */
function target() {
  const alpine = process.platform === 'linux' && !('glibcVersionRuntime' in reportHeader());
  return `${alpine ? 'alpine' : process.platform}-${process.arch === 'arm' ? 'armhf' : process.arch}`;
}

function reportHeader() {
  const report = /** @type {{header: object}} */ (process.report.getReport());
  return report.header;
}

/**
 * The esbuild that the user's TypeScript is built with: its JavaScript and this platform's program, where a bundle in
 * dist/ finds it.
 */
async function shipEsbuild() {
  const program = process.platform === 'win32' ? 'esbuild.exe' : 'bin/esbuild';
  const platform = `@esbuild/${process.platform}-${process.arch}`;
  const files = [
    ...['package.json', 'lib/main.js', 'LICENSE.md'].map(file => `esbuild/${file}`),
    ...['package.json', program].map(file => `${platform}/${file}`),
  ];
  for (const file of files) {
    const destination = path.join(shipped, file);
    await mkdir(path.dirname(destination), { recursive: true });
    await cp(path.join(repository, 'node_modules', file), destination);
  }
}

const shipped = path.join(repository, 'dist/node_modules');

async function main() {
  const { name, version } = JSON.parse(await readFile(path.join(repository, 'package.json'), 'utf8'));
  const file = path.join(repository, `${name}-${target()}-${version}.vsix`);
  await step('Building for production', () => run(process.execPath, ['esbuild.mjs', '--production']));
  await writeFile(path.join(repository, 'dist/ThirdPartyNotices.txt'), await thirdPartyNotices());
  try {
    await shipEsbuild();
    await step(`Packing ${path.basename(file)}`, () =>
      createVSIX({
        cwd: repository,
        packagePath: file,
        target: target(),
        // Everything is bundled.
        dependencies: false,
        // There is no public repository to link to; the README's links stay as they are.
        allowMissingRepository: true,
        rewriteRelativeLinks: false,
      }),
    );
  } finally {
    // A clone works with the packages of node_modules, and with bundles that can be read.
    await rm(shipped, { recursive: true, force: true });
    await step('Building dist/ again for development', () => run(process.execPath, ['esbuild.mjs']));
  }
  const content = await contentOf(file);
  const unexpected = notAllowed(content.map(entry => entry.path));
  if (unexpected.length > 0) {
    await rm(file);
    throw new Error(`These do not belong into the package:\n  ${unexpected.join('\n  ')}`);
  }
  for (const entry of content) say(`  ${kilobytes(entry.size).padStart(9)}  ${entry.path}`);
  const { size } = await stat(file);
  console.log(`${path.relative(process.cwd(), file)}: ${content.length} files, ${kilobytes(size)}`);
}

/** @param {number} bytes */
const kilobytes = bytes => `${(bytes / 1024).toLocaleString('en', { maximumFractionDigits: 1 })} KB`;

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
