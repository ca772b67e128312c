/** Versions and aliases from the trees: publish, invoke, move, divide, delete and undo. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  GetAliasCommand,
  InvokeCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { until } from '../helpers/until.ts';
import { ordersApp } from './ordersApp.ts';
import { ResultEditor } from './resultEditor.ts';
import { useWorkbench } from './harness/useWorkbench.ts';
import { lambdaClient, windowHost } from './windowHost.ts';

const FUNCTIONS = 'Functions';
const ALIASES = 'Aliases';

describe('versions and aliases in the trees', function () {
  this.timeout(90_000);
  const workbench = useWorkbench({ files: ordersApp, openFile: 'src/create.ts' });
  const source = ordersApp['src/create.ts']!;
  let client: LambdaClient;

  before('a host, and the function in the tree', async () => {
    const { sidebar } = workbench();
    await sidebar.open('Lamplight');
    await sidebar.row(FUNCTIONS, /^Function create-order/).waitFor();
    client = lambdaClient(await windowHost(workbench()));
    await sidebar.expand(FUNCTIONS, /^Function create-order/);
    await sidebar.row(FUNCTIONS, /^Versions: none/).waitFor();
  });
  after(() => client.destroy());

  const versionsOnHost = async (): Promise<(string | undefined)[]> => {
    const { Versions = [] } = await client.send(
      new ListVersionsByFunctionCommand({ FunctionName: 'create-order' }),
    );
    return Versions.map(({ Version }) => Version);
  };
  const totalOf = async (qualifier: string): Promise<number> => {
    const { Payload } = await client.send(
      new InvokeCommand({
        FunctionName: 'create-order',
        Qualifier: qualifier,
        Payload: Buffer.from('{"quantity": 2}'),
      }),
    );
    return (JSON.parse(Buffer.from(Payload!).toString()) as { total: number }).total;
  };
  async function publish(description: string): Promise<void> {
    const { sidebar, quickInput, notifications } = workbench();
    await sidebar.inlineAction(FUNCTIONS, /^Versions: /, 'Publish Version');
    await quickInput.answer(/Publish a Version of create-order/, description);
    await notifications.waitFor(/Published version \d+ of create-order/);
  }
  async function changePrice(price: number): Promise<void> {
    const { editor } = workbench();
    await editor.open('src/create.ts', 8);
    await editor.replaceAll(source.replace('* 100', `* ${price}`));
  }

  it('publish a version of the code as the editor shows it', async () => {
    const { sidebar, notifications } = workbench();
    await publish('first');
    await sidebar.expand(FUNCTIONS, /^Versions: 1/);
    await sidebar.row(FUNCTIONS, /^Version 1 of create-order, first, same as \$LATEST/).waitFor();
    await notifications.clear();
    // Not saved: what is published is what is seen.
    await changePrice(111);
    await publish('dearer');
    await sidebar.row(FUNCTIONS, /^Version 2 of create-order, dearer, same as \$LATEST/).waitFor();
    await notifications.clear();
    assert.deepEqual(await versionsOnHost(), ['$LATEST', '1', '2']);
    assert.deepEqual([await totalOf('1'), await totalOf('2')], [200, 222]);
    const rows = await sidebar.rows(FUNCTIONS);
    const at = rows.findIndex(row => row.startsWith('Versions'));
    assert.deepEqual(rows.slice(at, at + 3), ['Versions 2', '2 dearer · same as $LATEST', '1 first']);
  });

  it('say so where nothing has changed since the last version', async () => {
    const { sidebar, quickInput, notifications } = workbench();
    await sidebar.inlineAction(FUNCTIONS, /^Versions: /, 'Publish Version');
    await quickInput.answer(/Publish a Version of create-order/, 'again');
    await notifications.waitFor(/Nothing has changed since version 2 of create-order/);
    assert.deepEqual(await versionsOnHost(), ['$LATEST', '1', '2']);
  });

  it('invoke a version from the tree', async () => {
    const { sidebar } = workbench();
    await sidebar.inlineAction(FUNCTIONS, /^Version 1 of create-order/, 'Invoke');
    const text = await new ResultEditor(workbench().page, 'create-order').text(/## Log/);
    assert.match(text, /"total": 200/);
    assert.match(text, /Version +1\n/);
  });

  it('create an alias and move it', async () => {
    const { sidebar, quickInput } = workbench();
    await sidebar.inlineAction(FUNCTIONS, /^Aliases: none/, 'Create Alias');
    await quickInput.answer(/New Alias of create-order/, '12');
    await workbench().page.getByText('“12” would be a version').waitFor();
    await quickInput.answer(/New Alias of create-order/, 'live');
    await quickInput.waitForPrompt(/Alias live of create-order Points At/);
    await quickInput.choose('v1');
    await sidebar.expand(FUNCTIONS, /^Aliases: 1/);
    await sidebar.row(FUNCTIONS, /^Alias live of create-order, version 1/).waitFor();
    assert.equal(await totalOf('live'), 200);
    await sidebar.inlineAction(FUNCTIONS, /^Alias live of create-order/, 'Move Alias');
    await quickInput.waitForPrompt(/Move Alias live of create-order To · Now v1/);
    await quickInput.choose('v2');
    await sidebar.row(FUNCTIONS, /^Alias live of create-order, version 2/).waitFor();
    await sidebar.row(FUNCTIONS, /^Version 2 of create-order, dearer, same as \$LATEST, live$/).waitFor();
    assert.equal(await totalOf('live'), 222);
    await workbench().screenshot('versions and aliases');
  });

  it('divide an alias between two versions, with the split before the eyes', async () => {
    const { sidebar, quickInput, page } = workbench();
    await sidebar.contextMenu(FUNCTIONS, /^Alias live of create-order/, 'Set Alias Weights');
    await quickInput.waitForPrompt(/Weights of Alias live/);
    await quickInput.choose('v1');
    await quickInput.waitForPrompt(/Share of invocations that goes to v1/);
    const rows = page.locator('.quick-input-list .monaco-list-row');
    await rows.filter({ hasText: '75 % v2 · 25 % v1' }).waitFor();
    await workbench().screenshot('alias weights');
    await quickInput.choose('25 %');
    await sidebar
      .row(FUNCTIONS, /^Alias live of create-order, 75 percent to version 2, 25 percent to version 1/)
      .waitFor();
    const alias = await client.send(new GetAliasCommand({ FunctionName: 'create-order', Name: 'live' }));
    assert.equal(alias.FunctionVersion, '2');
    assert.deepEqual(alias.RoutingConfig?.AdditionalVersionWeights, { '1': 0.25 });
  });

  it('refuse to delete a version that an alias needs, and say which', async () => {
    const { sidebar, notifications } = workbench();
    await sidebar.contextMenu(FUNCTIONS, /^Version 1 of create-order/, 'Delete Version');
    await notifications.waitFor(/Version 1 of create-order can’t be deleted: aliases .* \(live\)/);
    assert.deepEqual(await versionsOnHost(), ['$LATEST', '1', '2']);
  });

  it('delete an alias after asking, and bring it back', async () => {
    const { sidebar, notifications, page } = workbench();
    await sidebar.contextMenu(FUNCTIONS, /^Alias live of create-order/, 'Delete Alias');
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.getByText('Delete alias live of create-order?').waitFor();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await sidebar.row(FUNCTIONS, /^Aliases: none/).waitFor();
    await notifications.press(/Deleted alias live of create-order/, 'Undo');
    await notifications.waitFor(/Alias live of create-order is back: 75 % v2 · 25 % v1/);
    await sidebar.row(FUNCTIONS, /^Aliases: 1/).waitFor();
    const alias = await client.send(new GetAliasCommand({ FunctionName: 'create-order', Name: 'live' }));
    assert.deepEqual(alias.RoutingConfig?.AdditionalVersionWeights, { '1': 0.25 });
  });

  it('shows the aliases of all functions in their own view', async () => {
    const { sidebar, page } = workbench();
    const header = page.locator('.pane-header[aria-label^="Aliases"]');
    if ((await header.getAttribute('aria-expanded')) !== 'true') await header.click();
    await sidebar.row(ALIASES, /^Alias live of create-order/).waitFor();
    assert.deepEqual(await sidebar.rows(ALIASES), ['create-order', 'live 75 % v2 · 25 % v1']);
    await sidebar.inlineAction(ALIASES, /^Alias live of create-order/, 'Move Alias');
    await workbench().quickInput.choose('v1');
    await sidebar.row(ALIASES, /^Alias live of create-order, version 1/).waitFor();
    await header.click();
  });

  it('invokes and debugs over the lens what was chosen there', async () => {
    const { editor, quickInput, debug } = workbench();
    await editor.open('src/create.ts', 8);
    await editor.clickLens('Version: $LATEST');
    await quickInput.waitForPrompt(/Invoke create-order As/);
    await quickInput.choose('live');
    await editor.lens('Alias: live').waitFor();
    await editor.clickLens('Invoke');
    const text = await new ResultEditor(workbench().page, 'create-order').text(/Version +live → 1/);
    assert.match(text, /"total": 200/);
    await editor.open('src/create.ts', 11);
    await editor.toggleBreakpoint(11);
    await editor.clickLens('Debug');
    // The breakpoint is in version 1; $LATEST and version 2 run on.
    assert.equal(await debug.variable('total'), '200');
    assert.deepEqual([await totalOf('2'), await totalOf('$LATEST')], [222, 222]);
    await debug.continue();
    await debug.waitForEnd();
  });

  it('breaks in a version of code that runs as it is, and shows its own text where the file has changed', async () => {
    const { editor, sidebar, debug } = workbench();
    const total = ordersApp['src/total.js']!;
    await client.send(new PublishVersionCommand({ FunctionName: 'total' }));
    await sidebar.open('Lamplight');
    await sidebar.expand(FUNCTIONS, /^Function total/);
    await sidebar.expand(FUNCTIONS, /^Versions: 1$/);
    const version = /^Version 1 of total/;
    const debugVersion = async (): Promise<void> => {
      await sidebar.open('Lamplight');
      await sidebar.click(FUNCTIONS, version);
      await sidebar.inlineAction(FUNCTIONS, version, 'Debug');
    };
    await editor.open('src/total.js', 2);
    await editor.toggleBreakpoint(2);
    await debugVersion();
    assert.match(await debug.stoppedLine(), /^const answer = \{ sum: event\.a \+ event\.b \};$/);
    await editor.waitForTab('total.js');
    await debug.continue();
    await debug.waitForEnd();
    // As a checkout changes it: the breakpoint stays on its line.
    const changed = total.replace('event.a + event.b', 'event.a * event.b');
    await writeFile(path.join(workbench().folder, 'src/total.js'), changed);
    await until(async () => /event\.a \* event\.b/.test(await editor.visibleText()), {
      what: 'the changed file in the editor',
    });
    await debugVersion();
    await debug.waitForStop();
    await until(async () => /event\.a \+ event\.b/.test(await editor.visibleText()), {
      what: 'the text of the version',
    });
    await debug.continue();
    await debug.waitForEnd();
  });

  it('delete a version that nobody needs', async () => {
    const { sidebar, page } = workbench();
    await sidebar.open('Lamplight');
    await sidebar.contextMenu(FUNCTIONS, /^Version 2 of create-order/, 'Delete Version');
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.getByText('It can’t be restored').waitFor();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await until(async () => (await versionsOnHost()).join() === '$LATEST,1', {
      what: 'version 2 to be gone',
    });
    await sidebar.row(FUNCTIONS, /^Versions: 1/).waitFor();
  });
});
