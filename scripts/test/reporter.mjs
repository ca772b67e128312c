// mocha's own "spec" output, and the counts as JSON in $LAMPLIGHT_TEST_RESULT for scripts/test.mjs.
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import mocha from 'mocha';

class CountingReporter extends mocha.reporters.Spec {
  /** @param {import('mocha').Runner} runner @param {import('mocha').MochaOptions} options */
  constructor(runner, options) {
    super(runner, options);
    /** @type {string[]} */
    const failed = [];
    /** @type {string[]} */
    const skipped = [];
    let passed = 0;
    runner.on('pass', () => (passed += 1));
    // With the reason: where only the end of the output is kept, it is all that remains.
    runner.on('fail', (test, error) => failed.push(`${test.fullTitle()}: ${firstLine(error)}`));
    runner.on('pending', test => skipped.push(test.fullTitle()));
    runner.once('end', () => {
      const file = process.env['LAMPLIGHT_TEST_RESULT'];
      if (file !== undefined) writeFileSync(file, JSON.stringify({ passed, failed, skipped }));
    });
  }
}

/** @param {unknown} error */
const firstLine = error => String(error instanceof Error ? error.message : error).split('\n', 1)[0];

// mocha loads a reporter by require(), which gets the export of this name.
export { CountingReporter as 'module.exports' };
