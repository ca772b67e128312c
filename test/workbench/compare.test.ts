/** Two versions of a function beside each other: settings and files in the diff editor. */
import assert from 'node:assert/strict';
import {
  GetFunctionConfigurationCommand,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { until } from '../helpers/until.ts';
import { ordersApp } from './ordersApp.ts';
import { useWorkbench } from './harness/useWorkbench.ts';
import { lambdaClient, windowHost } from './windowHost.ts';

const FUNCTIONS = 'Functions';

describe('two versions beside each other', function () {
  this.timeout(90_000);
  const workbench = useWorkbench({ files: ordersApp, openFile: 'src/total.js' });
  let client: LambdaClient;

  before('two versions that differ in memory and code', async () => {
    const { sidebar, editor } = workbench();
    await sidebar.open('Lamplight');
    await sidebar.row(FUNCTIONS, /^Function total/).waitFor();
    client = lambdaClient(await windowHost(workbench()));
    await client.send(new PublishVersionCommand({ FunctionName: 'total' }));
    await client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'total', MemorySize: 512 }));
    await until(
      async () => {
        const { LastUpdateStatus } = await client.send(
          new GetFunctionConfigurationCommand({ FunctionName: 'total' }),
        );
        return LastUpdateStatus === 'Successful';
      },
      { what: 'the update to be done' },
    );
    await editor.open('src/total.js', 2);
    await editor.replaceAll(ordersApp['src/total.js']!.replace('event.a + event.b', 'event.a * event.b'));
    await sidebar.expand(FUNCTIONS, /^Function total/);
    await sidebar.inlineAction(FUNCTIONS, /^Versions: /, 'Publish Version');
    await workbench().quickInput.answer(/Publish a Version of total/, 'times');
    await sidebar.expand(FUNCTIONS, /^Versions: 2/);
  });
  after(() => client.destroy());

  /** Both texts of the diff editor, once both hold `text`. */
  const sides = (text: string): Promise<readonly string[]> =>
    until(
      async () => {
        const editor = workbench().page.locator('.editor-group-container.active .monaco-diff-editor');
        const texts = await Promise.all(
          ['original', 'modified'].map(side =>
            editor.locator(`.editor.${side} .view-lines`).innerText({ timeout: 1_000 }),
          ),
        );
        const plain = texts.map(one => one.replaceAll('\u00a0', ' '));
        return plain.every(one => one.includes(text)) ? plain : undefined;
      },
      { what: `both sides with ${text}` },
    );

  it('shows the settings that differ', async () => {
    const { sidebar, quickInput, editor } = workbench();
    await sidebar.contextMenu(FUNCTIONS, /^Version 1 of total/, 'Compare Version With');
    await quickInput.waitForPrompt(/Compare total 1 With/);
    await quickInput.choose('v2');
    await quickInput.waitForPrompt(/total 1 ↔ 2/);
    await workbench().screenshot('what differs between versions');
    await quickInput.choose('Configuration');
    await editor.waitForTab('total 1 ↔ 2');
    const [before, after] = await sides('MemorySize');
    assert.match(before!, /"MemorySize": 256/);
    assert.match(after!, /"MemorySize": 512/);
    await workbench().screenshot('settings of two versions');
  });

  it('shows the code that differs', async () => {
    const { sidebar, quickInput, editor } = workbench();
    await sidebar.contextMenu(FUNCTIONS, /^Version 1 of total/, 'Compare Version With');
    await quickInput.waitForPrompt(/Compare total 1 With/);
    await quickInput.choose('v2');
    await quickInput.waitForPrompt(/total 1 ↔ 2/);
    await quickInput.choose('total.js');
    await editor.waitForTab('total.js (total 1 ↔ 2)');
    const [before, after] = await sides('event.a');
    assert.match(before!, /event\.a \+ event\.b/);
    assert.match(after!, /event\.a \* event\.b/);
    await workbench().screenshot('code of two versions');
  });

  it('says so where nothing differs', async () => {
    const { sidebar, notifications } = workbench();
    await sidebar.contextMenu(FUNCTIONS, /^Version 2 of total/, 'Compare with $LATEST');
    await notifications.waitFor('2 and $LATEST of total are the same: settings and code.');
  });
});
