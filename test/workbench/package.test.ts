/** What `npm run package` makes: installed into a VS Code that never saw the repository. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { rm } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { prepareDependencies } from '../../scripts/prepare/dependencies.mjs';
import { repository, run } from '../../scripts/prepare/progress.mjs';
import { invocations } from '../../src/client/controlCalls.ts';
import { HostClient } from '../../src/client/hostClient.ts';
import { ResultEditor } from './resultEditor.ts';
import { windowHost } from './windowHost.ts';
import { launchBrowser, openWorkbench } from './harness/openWorkbench.ts';
import { startVscodeServer, type VscodeServer } from './harness/vscodeServer.ts';
import type { Workbench } from './harness/workbench.ts';

describe('the packaged extension', () => {
  let browser: Browser;
  let server: VscodeServer;
  let workbench: Workbench | undefined;

  before(async function () {
    this.timeout(120_000);
    const node = await prepareDependencies();
    const printed = await run(node, ['scripts/package.mjs']);
    const file = path.join(repository, /^(\S+\.vsix):/m.exec(printed)![1]!);
    try {
      server = await startVscodeServer({ install: file });
    } finally {
      await rm(file);
      // The other tests read stacks: they run on bundles that are not minified.
      await run(node, ['esbuild.mjs']);
    }
    browser = await launchBrowser();
  });

  after(async () => {
    await workbench?.close();
    await browser.close();
    await server.stop();
  });

  it('is installed, shows the functions of the sample, builds and invokes one of them', async function () {
    this.timeout(90_000);
    workbench = await openWorkbench(server, browser, { folder: 'samples/orders', extension: 'none' });
    const { sidebar, editor, page } = workbench;
    try {
      await sidebar.open('Lamplight');
      await sidebar.row('Functions', /Function orders-create-order/).waitFor();
      await editor.open('create-order/app.ts', 1);
      await editor.clickLens('Invoke');
      await new ResultEditor(page, 'orders-create-order').text(
        /✓ orders-create-order succeeded[\s\S]*"statusCode": 201/,
      );
      const client = new HostClient(await windowHost(workbench));
      const [invoked] = await invocations(client, { maxItems: 1 });
      client.close();
      assert.equal(invoked!.source, 'editor');
    } catch (error) {
      await workbench.keepEvidence('the packaged extension');
      throw error;
    }
  });
});
