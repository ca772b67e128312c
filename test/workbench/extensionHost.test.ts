/** test/extensionHost inside the extension host of the browser workbench. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { bundleSuite } from '../../scripts/test/bundleSuite.mjs';
import { assertSuitePassed } from '../helpers/suiteResult.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { openWorkbench } from './harness/openWorkbench.ts';
import { sharedServer } from './harness/useWorkbench.ts';

describe('the extension, seen from inside', () => {
  it('passes its suite in the extension host', async function () {
    this.timeout(180_000);
    const { server, browser } = await sharedServer();
    const folder = await temporaryFolder('suite');
    const result = path.join(folder.path, 'result.json');
    const workbench = await openWorkbench(server, browser, {
      folder: 'samples/orders',
      extensionTests: await bundleSuite(),
      environment: { LAMPLIGHT_SUITE_RESULT: result },
    });
    try {
      const code = await workbench.exit;
      await assertSuitePassed(result);
      assert.equal(code, 0);
    } catch (error) {
      await workbench.keepEvidence(this.test!.fullTitle());
      throw error;
    } finally {
      await workbench.close();
      await folder.remove();
    }
  });
});
