/** A folder that nobody has trusted yet: nothing of it is shown or run before. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ordersApp } from './ordersApp.ts';
import { openWorkbench } from './harness/openWorkbench.ts';
import { sharedServer } from './harness/useWorkbench.ts';
import { startVscodeServer, type VscodeServer } from './harness/vscodeServer.ts';
import type { Workbench } from './harness/workbench.ts';

describe('an untrusted folder', function () {
  this.timeout(120_000);
  let server: VscodeServer;
  let workbench: Workbench;

  before(async () => {
    const { browser } = await sharedServer();
    server = await startVscodeServer({ trust: true });
    workbench = await openWorkbench(server, browser, { files: ordersApp, openFile: 'src/create.ts' });
  });
  after(async () => {
    await workbench.close();
    await server.stop();
  });

  it('shows why there is nothing to see, and starts nothing', async () => {
    const { page, sidebar } = workbench;
    await sidebar.open('Lamplight');
    assert.match(await sidebar.welcome('Functions'), /waits until you trust the folder/);
    // Nothing is to come any more.
    await workbench.logsAreQuiet();
    assert.equal(await page.locator('.codelens-decoration').count(), 0);
    assert.equal(existsSync(path.join(workbench.dataHome, 'lamplight')), false);
    const offered = await workbench.quickInput.commands('Lamplight: ');
    assert.equal(offered.includes('Lamplight: Show Log'), true);
    assert.equal(offered.includes('Lamplight: Invoke'), false);
  });

  it('shows its functions as soon as it is trusted', async () => {
    const { page, sidebar } = workbench;
    await sidebar.open('Lamplight');
    await workbench.runCommand('Workspaces: Manage Workspace Trust');
    await page.locator('.workspace-trust-buttons-row .monaco-button', { hasText: /^Trust$/ }).click();
    await sidebar.row('Functions', /Function create-order/).waitFor();
    await workbench.editor.lens('Invoke').waitFor();
  });
});
