// npm test: all levels, each with what it needs from the machine. See docs/testing.md.
//   node scripts/test.mjs [unit|host|containers|workbench|electron]… [--grep TEXT]
// Plain JavaScript on Node 20: it runs on a fresh clone, before node_modules exists.
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { prepareDependencies } from './prepare/dependencies.mjs';
import { Unavailable, elapsed, inCi, say } from './prepare/progress.mjs';
import { levels, usualLevels } from './test/levels.mjs';
import { runLevel } from './test/runLevel.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { grep: { type: 'string', short: 'g' } },
});
const unknown = positionals.filter(name => !(name in levels));
if (unknown.length > 0) {
  say(`No such level: ${unknown.join(', ')}. There are ${Object.keys(levels).join(', ')}.`);
  process.exit(2);
}
const chosen = positionals.length > 0 ? positionals : usualLevels;
const begun = performance.now();
let passed = 0;
/** @type {string[]} */
const failed = [];
/** @type {string[]} */
const skipped = [];
/** @type {string[]} */
const summary = [];

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => interruption.abort());

try {
  const node = await prepareDependencies({ build: false });
  for (const name of chosen) if (!interruption.signal.aborted) await test(name, node);
  if (interruption.signal.aborted) failed.push('interrupted before the end');
} catch (error) {
  failed.push(error instanceof Unavailable ? error.message : String(error));
}
report();

/** @param {string} name @param {string} node */
async function test(name, node) {
  const level = /** @type {import('./test/levels.mjs').Level} */ (levels[name]);
  const since = performance.now();
  say(`\n━━ ${name}: ${level.what}`);
  let undo;
  try {
    undo = await level.prepare(node);
  } catch (error) {
    unprepared(name, error);
    return;
  }
  try {
    const result = await runLevel(name, level, { node, grep: values.grep });
    passed += result.passed;
    failed.push(...result.failed);
    skipped.push(...result.skipped);
    summary.push(
      `${name}: ${result.passed} of ${result.passed + result.failed.length} passed` +
        (result.skipped.length === 0 ? '' : `, ${result.skipped.length} skipped`) +
        ` (${elapsed(since)})`,
    );
  } finally {
    await undo?.();
  }
}

/** In CI a level that can't run is a failure; elsewhere it is skipped, for all to see. @param {string} name @param {unknown} error */
function unprepared(name, error) {
  const reason = error instanceof Unavailable ? error.message : String(/** @type {Error} */ (error).stack);
  const isFailure = inCi() || !(error instanceof Unavailable);
  if (isFailure) failed.push(`${name}: could not be prepared`);
  else skipped.push(`${name}: all of it`);
  summary.push(
    `${name}: ${isFailure ? 'FAILED' : 'SKIPPED'}, because it could not be prepared\n  ${reason.replaceAll('\n', '\n  ')}`,
  );
  say(`✗ ${name} can't run here:\n  ${reason.replaceAll('\n', '\n  ')}`);
}

function report() {
  if (passed + failed.length === 0) failed.push(`no test matches --grep ${values.grep ?? ''}`);
  console.log(`\n━━ ${elapsed(begun)}\n${summary.join('\n')}`);
  if (failed.length > 0) console.log(`\nFailed:\n${failed.map(title => `  - ${title}`).join('\n')}`);
  if (skipped.length > 0) console.log(`\nSkipped:\n${skipped.map(title => `  - ${title}`).join('\n')}`);
  const totalFile = process.env['LAMPLIGHT_TEST_TOTAL'];
  if (totalFile === undefined) {
    const more = skipped.length === 0 ? '' : `, ${skipped.length} skipped`;
    console.log(`\n${passed} passed, ${failed.length} failed${more}`);
  } else {
    // .ci/run adds them to its own and says the sum.
    writeFileSync(totalFile, `${passed} ${failed.length}\n`);
  }
  process.exitCode = failed.length === 0 ? 0 : 1;
}
