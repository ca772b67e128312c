// npm run soak: the tests that depend on chance, many more times than CI has time for.
//   node scripts/soak.mjs [ROUNDS]     100 when nothing is said
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { prepareDependencies, projectEnvironment } from './prepare/dependencies.mjs';
import { repository, say } from './prepare/progress.mjs';

/** Each reads ROUNDS. */
const TESTS = ['test/host/invoke/asynchronous/killedUnderLoad.test.ts'];

const rounds = Number(process.argv[2] ?? 100);
if (!Number.isInteger(rounds) || rounds < 1) {
  say(`How often? ${process.argv[2]} is no number of rounds.`);
  process.exit(2);
}
const node = await prepareDependencies();
const mocha = spawn(node, ['node_modules/mocha/bin/mocha.js', ...TESTS], {
  cwd: repository,
  env: { ...process.env, ...projectEnvironment(node), ROUNDS: String(rounds) },
  stdio: 'inherit',
});
process.on('SIGINT', () => undefined);
const [code] = await once(mocha, 'exit');
process.exitCode = code ?? 1;
