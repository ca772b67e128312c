/** A function's configuration as a document: mistakes, a look at what changes, apply and discard. */
import assert from 'node:assert/strict';
import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { until } from '../helpers/until.ts';
import { ordersApp } from './ordersApp.ts';
import { useWorkbench } from './harness/useWorkbench.ts';
import { lambdaClient, windowHost } from './windowHost.ts';

const FUNCTIONS = 'Functions';
const QUESTION = /Apply to total: MemorySize 256 → 512, Environment\?/;

describe('a function’s configuration as a document', function () {
  this.timeout(90_000);
  const workbench = useWorkbench({ files: ordersApp });
  let client: LambdaClient;

  // Before each: a test that failed leaves the next one a new window, with a host of its own.
  beforeEach('a host, and the function in the tree', async () => {
    const { sidebar } = workbench();
    await sidebar.open('Lamplight');
    await sidebar.row(FUNCTIONS, /^Function total/).waitFor();
    client = lambdaClient(await windowHost(workbench()));
  });
  afterEach(() => client.destroy());

  const onHost = () => client.send(new GetFunctionConfigurationCommand({ FunctionName: 'total' }));
  async function edit(change: (settings: Record<string, unknown>) => object): Promise<void> {
    const { sidebar, editor } = workbench();
    await sidebar.open('Lamplight');
    await sidebar.contextMenu(FUNCTIONS, /^Function total/, 'Edit Configuration');
    await editor.waitForTab('total.json');
    const text = await until(
      async () => {
        const now = await editor.visibleText();
        return now.trimEnd().endsWith('}') ? now : undefined;
      },
      { what: 'the configuration in the editor' },
    );
    await workbench().page.locator('.editor-group-container.active .view-lines').first().click();
    const settings = JSON.parse(text) as Record<string, unknown>;
    await editor.replaceAll(`${JSON.stringify(change(settings), undefined, 2)}\n`);
  }
  const larger = (settings: Record<string, unknown>): object => ({
    ...settings,
    MemorySize: 512,
    Environment: { Variables: { STAGE: 'test' } },
  });
  const diff = () => workbench().page.locator('.editor-group-container.active .monaco-diff-editor');

  it('shows a mistake as a problem, where it is, and the host refuses it', async () => {
    const { page, editor, notifications } = workbench();
    await edit(settings => ({ ...settings, MemorySize: 64, Tiemout: 3 }));
    await workbench().runCommand('Problems: Focus on Problems View');
    const problems = page.locator('.markers-panel .monaco-list-row');
    await problems.filter({ hasText: /below the minimum of 128/ }).waitFor();
    await problems.filter({ hasText: /Property Tiemout is not allowed/ }).waitFor();
    await workbench().screenshot('configuration with mistakes');
    await workbench().runCommand('View: Toggle Panel Visibility');
    await workbench().page.locator('.editor-group-container.active .view-lines').first().click();
    await editor.save();
    await notifications.waitFor(/Tiemout can’t be configured here/);
    await notifications.clear();
    await editor.clickLens('Discard Changes');
    await until(async () => !(await editor.visibleText()).includes('Tiemout'), {
      what: 'the configuration of the host in the editor',
    });
    assert.equal((await onHost()).MemorySize, 256);
  });

  it('shows what would change when it is saved, and changes nothing when it is discarded', async () => {
    const { editor, notifications } = workbench();
    const before = await onHost();
    await edit(larger);
    await workbench().page.keyboard.press('ControlOrMeta+S');
    await diff().waitFor();
    const question = await notifications.waitFor(QUESTION);
    assert.match(question, /template\.yaml declares this function/);
    await workbench().screenshot('configuration reviewed');
    await notifications.press(QUESTION, 'Discard');
    await diff().waitFor({ state: 'detached' });
    await editor.waitForTab('total.json');
    await until(async () => !(await editor.visibleText()).includes('STAGE'), {
      what: 'the configuration of the host in the editor',
    });
    assert.equal((await onHost()).RevisionId, before.RevisionId);
  });

  it('applies what was looked at', async () => {
    const { sidebar, notifications } = workbench();
    await sidebar.expand(FUNCTIONS, /^Function total/);
    await sidebar.expand(FUNCTIONS, /^Configuration/);
    await sidebar.row(FUNCTIONS, /^Memory: 256 MB/).waitFor();
    await edit(larger);
    await workbench().page.keyboard.press('ControlOrMeta+S');
    await diff().waitFor();
    await notifications.press(QUESTION, 'Apply');
    await until(async () => (await onHost()).MemorySize === 512, { what: 'the memory on the host' });
    assert.deepEqual((await onHost()).Environment?.Variables, { STAGE: 'test' });
    await diff().waitFor({ state: 'detached' });
    await sidebar.row(FUNCTIONS, /^Memory: 512 MB/).waitFor();
    await workbench().screenshot('configuration applied');
  });
});
