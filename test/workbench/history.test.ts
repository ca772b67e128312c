/** What history is for, in the editor: finding an invocation, and running invocations again on the code of now. */
import assert from 'node:assert/strict';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { until } from '../helpers/until.ts';
import { click } from './harness/click.ts';
import { useWorkbench } from './harness/useWorkbench.ts';
import { ordersApp } from './ordersApp.ts';
import { ResultEditor } from './resultEditor.ts';
import { lambdaClient, windowHost } from './windowHost.ts';

describe('history in the editor', function () {
  this.timeout(90_000);
  const workbench = useWorkbench({ files: ordersApp, openFile: 'src/create.ts' });

  before('three invocations', async () => {
    const { sidebar } = workbench();
    await sidebar.open('Lamplight');
    await sidebar.row('Functions', /^Function create-order/).waitFor();
    const client = lambdaClient(await windowHost(workbench()));
    const invoke = (name: string, event: object): Promise<unknown> =>
      client.send(new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(event)) }));
    await invoke('create-order', { quantity: 2 });
    await invoke('create-order', { quantity: 3 });
    await invoke('total', { a: 1, b: 2, note: 'the needle' });
    client.destroy();
  });

  it('finds an invocation by what its event says, and opens its result', async () => {
    const { page, quickInput } = workbench();
    await workbench().runCommand('Lamplight: Search History');
    await quickInput.waitForPrompt(/Search History/);
    const rows = page.locator('.quick-input-list .monaco-list-row');
    await until(async () => (await rows.count()) === 3, { what: 'all that was invoked' });
    await quickInput.type('the needle');
    await until(async () => (await rows.count()) === 1 && /total/.test(await rows.innerText()), {
      what: 'the one with that note',
    });
    await page.keyboard.press('Enter');
    const result = new ResultEditor(page, 'total');
    await result.text(/Cost +estimate \$0\.0[\s\S]*"note": "the needle"/);
    await result.close();
  });

  it('replays the last invocations on edited code, and shows how their answers differ', async () => {
    const { editor, notifications, page, quickInput } = workbench();
    await editor.open('src/create.ts', 10);
    await editor.replaceAll((ordersApp['src/create.ts'] ?? '').replace('* 100', '* 150'));
    await editor.save();
    await workbench().runCommand('Lamplight: Replay Last Invocations and Compare…');
    await quickInput.choose('create-order');
    await quickInput.answer(/Replay Last Invocations of create-order/, '2');
    await notifications.press(
      /2 invocations of create-order replayed: 0 the same, 2 with another answer/,
      'Show List',
    );
    await quickInput.waitForPrompt(/Replayed Invocations of create-order/);
    const rows = page.locator('.quick-input-list .monaco-list-row');
    assert.equal(await rows.count(), 2);
    await click(rows.first(), 'click');
    await page.locator('.tab.active', { hasText: /create-order: .* now, with another answer/ }).waitFor();
    const side = async (name: 'original' | 'modified'): Promise<string> =>
      (await page.locator(`.editor.${name} .view-lines`).last().innerText()).replaceAll('\u00a0', ' ');
    await until(
      async () => /"total": 200/.test(await side('original')) && /"total": 300/.test(await side('modified')),
      { what: 'both answers of the first' },
    );
    await workbench().screenshot('replayed');
  });
});
