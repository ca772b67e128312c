// The suite for VS Code's extension host (test/extensionHost), as CommonJS that it can load.
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { repository } from '../prepare/progress.mjs';

/** @returns {Promise<string>} absolute path of the module for `extensionTestsPath` */
export async function bundleSuite() {
  const { build } = await import('esbuild');
  const source = path.join(repository, 'test/extensionHost');
  // In the repository, so that the suite finds mocha in node_modules.
  const outdir = path.join(repository, '.cache/extensionHost');
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  const names = await readdir(source);
  await build({
    entryPoints: names
      .filter(name => name === 'index.ts' || name.endsWith('.test.ts'))
      .map(name => path.join(source, name)),
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    define: { 'import.meta.dirname': '__dirname' },
    logLevel: 'warning',
  });
  return path.join(outdir, 'index.cjs');
}
