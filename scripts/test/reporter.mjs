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
    runner.on('fail', test => failed.push(test.fullTitle()));
    runner.on('pending', test => skipped.push(test.fullTitle()));
    runner.once('end', () => {
      const file = process.env['LAMPLIGHT_TEST_RESULT'];
      if (file !== undefined) writeFileSync(file, JSON.stringify({ passed, failed, skipped }));
    });
  }
}

// mocha loads a reporter by require(), which gets the export of this name.
export { CountingReporter as 'module.exports' };
