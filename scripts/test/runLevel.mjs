// One level of tests: mocha in a process of its own, on the project's Node.js, TypeScript as it is.
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, readdir, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { projectEnvironment } from '../prepare/dependencies.mjs';
import { inCi, repository } from '../prepare/progress.mjs';
import { killAll, processesOf } from './leftovers.mjs';

/**
 * @typedef {object} LevelResult
 * @property {number} passed
 * @property {string[]} failed full titles, each with its reason
 * @property {string[]} skipped full titles
 */

/**
 * @param {string} name
 * @param {import('./levels.mjs').Level} level
 * @param {{node: string, grep: string | undefined}} options
 * @returns {Promise<LevelResult>}
 */
export async function runLevel(name, level, { node, grep }) {
  const files = await testFiles(path.join(repository, 'test', name));
  if (files.length === 0) return { passed: 0, failed: [`${name}: test/${name} has no tests`], skipped: [] };
  const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'lamplight-run-')));
  // As open as /tmp: there are tests that become another user.
  await chmod(folder, 0o755);
  const resultFile = path.join(folder, 'result.json');
  const reporter = path.join(repository, 'scripts/test/reporter.mjs');
  const args = ['--timeout', String(level.timeout), '--reporter', reporter, '--forbid-only'];
  // A test that is not run is a failure where nobody looks at the output.
  if (inCi()) args.push('--forbid-pending');
  if (grep !== undefined) args.push('--grep', grep);
  try {
    const end = await runMocha([...args, ...files], level.limit, {
      node,
      // All that a level leaves behind is below one folder.
      env: { ...projectEnvironment(node), LAMPLIGHT_TEST_RESULT: resultFile, TMPDIR: folder },
    });
    /** @type {LevelResult} */
    const result = JSON.parse(
      await readFile(resultFile, 'utf8').catch(() => '{ "passed": 0, "failed": [], "skipped": [] }'),
    );
    if (end.late) {
      result.failed.push(
        `${name}: did not end within ${level.limit / 1000} s (a hung test, or handles that a test left open)`,
      );
    } else if (end.code !== 0 && result.failed.length === 0) {
      result.failed.push(`${name}: mocha ended with ${end.signal ?? `exit ${end.code}`} (see above)`);
    }
    const left = [...(await endProcesses(folder)), ...((await level.sweep?.(folder)) ?? [])];
    if (left.length > 0) result.failed.push(`${name}: left behind, and now removed: ${left.join('; ')}`);
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Gives what is about to end 3 s, then kills the rest. @param {string} folder @returns {Promise<string[]>} what was killed */
async function endProcesses(folder) {
  const end = performance.now() + 3_000;
  for (;;) {
    const left = await processesOf(folder);
    if (left.length === 0) return [];
    if (performance.now() > end) {
      killAll(left);
      return left.map(({ pid, command }) => `process ${pid} ${command.slice(0, 150)}`);
    }
    await delay(100);
  }
}

/** @param {string} folder @returns {Promise<string[]>} */
async function testFiles(folder) {
  const names = await readdir(folder, { recursive: true }).catch(() => /** @type {string[]} */ ([]));
  return names
    .filter(name => name.endsWith('.test.ts'))
    .sort()
    .map(name => path.join(folder, name));
}

/**
 * @param {string[]} args
 * @param {number} limit
 * @param {{node: string, env: Record<string, string | undefined>}} options
 * @returns {Promise<{code: number | null, signal: string | null, late: boolean}>}
 */
async function runMocha(args, limit, { node, env }) {
  const mocha = path.join(repository, 'node_modules/mocha/bin/mocha.js');
  const child = spawn(node, [mocha, ...args], {
    cwd: repository,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  // mocha ends in order at SIGINT only; a terminal sends that to mocha itself.
  const passOn = () => child.kill('SIGINT');
  process.once('SIGTERM', passOn);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, limit);
  /** @type {{code: number | null, signal: string | null}} */
  const end = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  clearTimeout(timer);
  process.off('SIGTERM', passOn);
  return { ...end, late };
}
