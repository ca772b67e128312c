/** test/extensionHost inside desktop VS Code (scripts/prepare/desktopVscode.mjs says which). */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { runTests } from '@vscode/test-electron';
import { prepareDesktopVscode } from '../../scripts/prepare/desktopVscode.mjs';
import { repository } from '../../scripts/prepare/progress.mjs';
import { bundleSuite } from '../../scripts/test/bundleSuite.mjs';
import { assertNothingRuns } from '../helpers/leftovers.ts';
import { assertSuitePassed } from '../helpers/suiteResult.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { startDisplay, type Display } from './display.ts';

describe('the extension in desktop VS Code', () => {
  let display: Display;
  before(async () => (display = await startDisplay()));
  after(() => display.stop());

  for (const which of ['oldest', 'newest'] as const) {
    it(`passes its suite in the ${which} version`, async () => {
      const versions = await prepareDesktopVscode();
      const { executable } = versions.at(which === 'oldest' ? 0 : -1)!;
      const root = await temporaryFolder('desktop');
      const result = path.join(root.path, 'result.json');
      const dataHome = path.join(root.path, 'data');
      await mkdir(dataHome);
      try {
        await runTests({
          vscodeExecutablePath: executable,
          extensionDevelopmentPath: repository,
          extensionTestsPath: await bundleSuite(),
          extensionTestsEnv: { ...display.env, LAMPLIGHT_SUITE_RESULT: result, XDG_DATA_HOME: dataHome },
          launchArgs: [
            path.join(repository, 'samples/orders'),
            '--disable-extensions',
            '--disable-workspace-trust',
            `--user-data-dir=${path.join(root.path, 'user')}`,
            ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
          ],
        });
        await assertSuitePassed(result);
        await assertNothingRuns(root.path, 15_000);
      } finally {
        await root.remove();
      }
    });
  }
});
