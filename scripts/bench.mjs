// npm run bench: figures against bare baselines of the same run.
//   node scripts/bench.mjs [CASE…] [--containers] [--workbench] [--all] [--effort N] [--json FILE]
// Cases: ready cold warm parallel async stream cli reload memory size (what runs when nothing is said), container (--containers),
// editor, tree and timeline (--workbench). A target that is missed is told, and is no failure: the machine may be busy.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { prepareDependencies, projectEnvironment } from './prepare/dependencies.mjs';
import { repository, run, say, step } from './prepare/progress.mjs';

async function main() {
  const node = await prepareDependencies();
  // What is measured is what users get.
  await step('Building for production', () => run(node, ['esbuild.mjs', '--production']));
  try {
    const bench = spawn(node, ['bench/main.ts', ...process.argv.slice(2)], {
      cwd: repository,
      env: { ...process.env, ...projectEnvironment(node) },
      stdio: 'inherit',
    });
    // The terminal tells the bench itself; we only wait for its end.
    process.on('SIGINT', () => undefined);
    const [code] = await once(bench, 'exit');
    process.exitCode = code ?? 1;
  } finally {
    await run(node, ['esbuild.mjs']);
  }
}

try {
  await main();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
