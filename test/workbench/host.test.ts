/** The host from the editor: status bar, stop and start, the log, and the terminal that talks to it. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { until } from '../helpers/until.ts';
import { ordersApp } from './ordersApp.ts';
import { ResultEditor } from './resultEditor.ts';
import { windowHost } from './windowHost.ts';
import { click } from './harness/click.ts';
import { useWorkbench } from './harness/useWorkbench.ts';

/** Messages of ours in the status bar bear the name too. */
const statusItem = '.part.statusbar .statusbar-item[id$="lamplight.host"]';

describe('the host in the editor', function () {
  this.timeout(90_000);
  const workbench = useWorkbench({
    files: ordersApp,
    openFile: 'src/create.ts',
    // Else the terminal's text is a picture.
    settings: { 'terminal.integrated.gpuAcceleration': 'off' },
  });
  const statusIs = (text: RegExp): Promise<true> =>
    until(async () => text.test(await workbench().statusBarItem('Lamplight')), {
      ms: 20_000,
      what: `${String(text)} in the status bar`,
    });

  /** Starts it where it doesn't run: the palette offers that only then. */
  async function hostIsReady(): Promise<void> {
    if (!/:\d+/.test(await workbench().statusBarItem('Lamplight')))
      await workbench().runCommand('Lamplight: Start Host');
    await statusIs(/Lamplight :\d+/);
  }

  it('is not there before it is needed', async () => {
    await workbench().editor.lens('Invoke').waitFor();
    await statusIs(/^\s*Lamplight\s*$/);
  });

  it('starts from the status bar’s menu, and its endpoint can be copied', async () => {
    const { page, quickInput } = workbench();
    const item = page.locator(statusItem);
    await click(item, 'click');
    await quickInput.choose('Start Host');
    await statusIs(/Lamplight :\d+/);
    await click(item, 'click');
    await quickInput.waitForPrompt(/Lamplight Host/);
    await quickInput.choose('Copy Endpoint');
    const { endpoint } = await windowHost(workbench());
    await until(async () => (await page.evaluate<string>('navigator.clipboard.readText()')) === endpoint, {
      what: 'the endpoint on the clipboard',
    });
  });

  it('offers in the menu what can be done about it', async () => {
    const { page, quickInput } = workbench();
    await hostIsReady();
    await click(page.locator(statusItem), 'click');
    await quickInput.waitForPrompt(/Lamplight Host/);
    const { endpoint } = await windowHost(workbench());
    const list = page.locator('.quick-input-list');
    for (const entry of [
      'Show Function Logs',
      'Open AWS CLI Terminal',
      'Copy AWS CLI Environment',
      'Copy Endpoint',
      endpoint,
      'Show Host Log',
      'Run Doctor',
      'Restart Host',
      'Stop Host',
    ])
      await list.getByText(entry, { exact: true }).waitFor();
    // Enter alone ends nothing.
    assert.match(await list.locator('.monaco-list-row.focused').innerText(), /Show Function Logs/);
    await quickInput.choose('Copy AWS CLI Environment');
    await until(
      async () => {
        const copied = await page.evaluate<string>('navigator.clipboard.readText()');
        return (
          copied.includes(`AWS_ENDPOINT_URL='${endpoint}'`) || copied.includes(`AWS_ENDPOINT_URL=${endpoint}`)
        );
      },
      { what: 'the environment on the clipboard' },
    );
  });

  it('restarts from the menu', async () => {
    const { page, quickInput } = workbench();
    await hostIsReady();
    const { pid } = await windowHost(workbench());
    await click(page.locator(statusItem), 'click');
    await quickInput.choose('Restart Host');
    await until(async () => (await windowHost(workbench())).pid !== pid, {
      ms: 20_000,
      what: 'another host',
    });
    await statusIs(/Lamplight :\d+/);
  });

  it('has logs: of functions, of the extension, and its own', async () => {
    const { editor, page } = workbench();
    await editor.open('src/create.ts', 8);
    await editor.clickLens('Invoke');
    await new ResultEditor(page, 'create-order').text(/✓ create-order succeeded/);
    await new ResultEditor(page, 'create-order').close();
    const output = page.locator('.part.panel .output-view-content, .part.panel .output-view').first();
    const says = (text: RegExp): Promise<true> =>
      until(async () => text.test((await output.innerText()).replaceAll('\u00a0', ' ')), {
        ms: 20_000,
        what: `${String(text)} in the output`,
      });
    await workbench().runCommand('Lamplight: Show Function Logs');
    await says(/\[create-order\] .*the total is 200/);
    await says(/\[create-order\] REPORT RequestId/);
    await workbench().runCommand('Lamplight: Show Log');
    await says(/workspace: host ready at http:\/\/127\.0\.0\.1:\d+/);
    await workbench().runCommand('Lamplight: Show Host Log');
    await editor.waitForTab('host.log');
    await editor.waitForText(/serves http:\/\/127\.0\.0\.1:\d+/);
  });

  it('is what the terminal’s AWS tools talk to', async () => {
    const { page } = workbench();
    await workbench().runCommand('Lamplight: Open AWS CLI Terminal');
    const terminal = page.locator('.terminal-wrapper.active .xterm-rows');
    const { endpoint } = await windowHost(workbench());
    const says = (text: string): Promise<true> =>
      until(async () => (await terminal.innerText()).replaceAll(/[\u00a0 ]+/g, ' ').includes(text), {
        ms: 20_000,
        what: `"${text}" in the terminal`,
      });
    await says(`Lamplight at ${endpoint}`);
    await page.locator('.terminal-wrapper.active .xterm-helper-textarea').focus();
    await page.keyboard.type('lamplight list; echo "to $AWS_ENDPOINT_URL"\n');
    await says('create-order');
    await says(`to ${endpoint}`);
    await page.keyboard.type(
      'clear; aws lambda list-functions --query "Functions[].FunctionName" --output text\n',
    );
    await says('create-order report total');
    await page.keyboard.type('exit\n');
  });

  it('stops for everybody, and starts again when it is needed', async () => {
    const { sidebar, editor } = workbench();
    await sidebar.open('Lamplight');
    await statusIs(/Lamplight :\d+/);
    const before = await windowHost(workbench());
    await workbench().runCommand('Lamplight: Stop Host');
    await statusIs(/^\s*Lamplight\s*$/);
    await sidebar.row('Functions', /Function create-order/).waitFor();
    await sidebar.view('Functions').getByText('host stopped').waitFor();
    await sidebar.expand('Functions', /Function create-order/);
    await sidebar.row('Functions', /^Versions: start the host to see them/).waitFor();
    await sidebar.row('Functions', /^Aliases: start the host to see them/).waitFor();
    await sidebar.unfold('Aliases');
    await sidebar.view('Aliases').getByText('Start the Host to See Them').waitFor();
    await editor.open('src/create.ts', 8);
    await editor.clickLens('Invoke');
    await new ResultEditor(workbench().page, 'create-order').text(/✓ create-order succeeded/);
    assert.notEqual((await windowHost(workbench())).pid, before.pid);
  });

  it('marks mistakes of the template at their line', async () => {
    const { page, folder } = workbench();
    // As a checkout or a script changes it, with no editor in between.
    const template = ordersApp['template.yaml']!.replace('Handler: total.handler', 'Handler: gone.handler');
    await writeFile(path.join(folder, 'template.yaml'), template);
    await workbench().runCommand('Problems: Focus on Problems View');
    await page.locator('.markers-panel .monaco-list-row', { hasText: /gone/ }).first().waitFor();
  });
});

describe('a host that can’t start', function () {
  this.timeout(90_000);
  const workbench = useWorkbench({
    files: ordersApp,
    openFile: 'src/create.ts',
    settings: { 'lamplight.host.nodePath': '/nowhere/node' },
  });

  it('is told where the developer looks: the view, the status bar and the result', async () => {
    const { page, sidebar, editor } = workbench();
    await sidebar.open('Lamplight');
    await sidebar.row('Functions', /Function create-order/).waitFor();
    await sidebar.view('Functions').getByText('host failed').waitFor();
    await sidebar
      .view('Functions')
      .getByText(/\/nowhere\/node is not a Node\.js/)
      .waitFor();
    await page.locator('.part.statusbar .statusbar-item.error-kind', { hasText: 'Lamplight' }).waitFor();
    await editor.clickLens('Invoke');
    await new ResultEditor(page, 'create-order').text(
      /✗ create-order was not invoked[\s\S]*\/nowhere\/node is not a Node\.js/,
    );
  });
});
