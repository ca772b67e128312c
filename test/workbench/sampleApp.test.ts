/** The way through, on the sample application: see the functions, invoke, choose an event, F5, edit and invoke again. */
import assert from 'node:assert/strict';
import {
  CreateFunctionCommand,
  InvokeCommand,
  PutFunctionConcurrencyCommand,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { until } from '../helpers/until.ts';
import { zipOf } from '../helpers/zip.ts';
import { readmePicture } from './readmePicture.ts';
import { ResultEditor } from './resultEditor.ts';
import { lambdaClient, windowHost } from './windowHost.ts';
import { click } from './harness/click.ts';
import { useWorkbench } from './harness/useWorkbench.ts';

describe('the sample application', function () {
  this.timeout(90_000);
  const workbench = useWorkbench({ folder: 'samples/orders', size: { width: 1440, height: 900 } });
  const resultOf = (name: string): ResultEditor => new ResultEditor(workbench().page, name);

  it('shows its functions, and starts the host when they are first seen', async () => {
    const { sidebar } = workbench();
    await sidebar.open('Lamplight');
    await sidebar.row('Functions', /orders-create-order/).waitFor();
    assert.deepEqual(await sidebar.rows('Functions'), [
      'orders-create-order nodejs24.x',
      'orders-price-quote nodejs24.x',
      'orders-shipment-report python3.13',
    ]);
    await until(async () => /Lamplight :\d+/.test(await workbench().statusBarItem('Lamplight')), {
      what: 'the port of the host in the status bar',
    });
  });

  it('shows handler and configuration, and opens the handler’s source', async () => {
    const { sidebar, editor } = workbench();
    await sidebar.open('Lamplight');
    await sidebar.expand('Functions', /Function orders-create-order/);
    await sidebar.expand('Functions', /Configuration of orders-create-order/);
    await sidebar.row('Functions', 'Memory: 256 MB').waitFor();
    await sidebar.row('Functions', 'Timeout: 10 s').waitFor();
    await sidebar.click('Functions', /Handler app\.handler/);
    await editor.waitForTab('app.ts');
    await editor.waitForText(/export async function handler/);
    await sidebar.click('Functions', /Configuration of orders-create-order/);
  });

  it('invokes with a saved event over the lens, shows what ran, and opens it again from the tree', async () => {
    const { sidebar, editor } = workbench();
    await sidebar.open('Lamplight');
    await sidebar.expand('Functions', /Function orders-create-order/);
    await editor.open('create-order/app.ts', 1);
    await editor.clickLens('Invoke');
    await resultOf('orders-create-order').text(
      /✓ orders-create-order succeeded in [\s\S]*Start +cold, init [\s\S]*"statusCode": 201/,
    );
    await sidebar.expand('Functions', /Environments: 1/);
    await sidebar.row('Functions', /Environment [0-9a-f-]+: (idle|frozen), init .*1 invocation/).waitFor();
    await sidebar.expand('Functions', /Recent invocations: 1/);
    await sidebar.row('Functions', /Invocation at .*success.*cold/).waitFor();
    await readmePicture(workbench(), 'invoke');
    await resultOf('orders-create-order').close();
    await sidebar.click('Functions', /Invocation at .*success.*cold/);
    await resultOf('orders-create-order').text(/✓ orders-create-order succeeded/);
    await resultOf('orders-create-order').close();
  });

  it('invokes with a sample event from the catalogue', async () => {
    const { page, editor, quickInput } = workbench();
    await editor.open('price-quote/app.mjs', 1);
    // Not what stands there before the saved events are found: that lens goes under the pointer.
    await editor.clickLens('Event: bulk');
    await quickInput.waitForPrompt(/Event for orders-price-quote/);
    await page.keyboard.type('queue');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'sqs/standard' }).first().waitFor();
    await readmePicture(workbench(), 'events');
    await click(
      page.locator('.quick-input-list .monaco-list-row', { hasText: 'sqs/standard' }).first(),
      'click',
    );
    await editor.lens('Event: sqs/standard').waitFor();
    await editor.clickLens('Invoke');
    await resultOf('orders-price-quote').text(/UnknownProductError: There is no product undefined/);
    await resultOf('orders-price-quote').close();
  });

  it('stops at a breakpoint in TypeScript on F5 and reads variables', async () => {
    const { editor, debug } = workbench();
    await editor.open('create-order/app.ts', 33);
    await editor.toggleBreakpoint(33);
    await debug.start();
    assert.match(await debug.stoppedLine(), /^console\. ?log\(`\$\{order\.id\}/);
    await debug.frame(/handler.*app\.ts/);
    assert.match(await debug.variable('discount'), /^\d+$/);
    await readmePicture(workbench(), 'debug');
    await debug.continue();
    await debug.waitForEnd();
    await editor.toggleBreakpoint(33);
  });

  it('runs edited code at the next invocation', async () => {
    const { editor } = workbench();
    await editor.open('create-order/app.ts', 8);
    const source = await workbench().readFile('create-order/app.ts');
    await editor.replaceAll(source.replace('answer(201, order)', 'answer(202, order)'));
    await editor.save();
    await editor.goToLine(8);
    await editor.clickLens('Invoke');
    await resultOf('orders-create-order').text(/✓ orders-create-order succeeded[\s\S]*"statusCode": 202/);
    await resultOf('orders-create-order').close();
  });

  it('shows a function that is created over the API, and its environments under load in the Timeline', async () => {
    const { sidebar, page } = workbench();
    await sidebar.open('Lamplight');
    const client = lambdaClient(await windowHost(workbench()));
    const FunctionName = 'made-by-api';
    const source =
      'exports.handler = ({ ms, fail }) => new Promise((done, no) => setTimeout(fail ? no : done, ms));';
    await client.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::000000000000:role/any',
        Code: { ZipFile: await zipOf({ 'index.js': source }) },
      }),
    );
    await sidebar.row('Functions', /Function made-by-api, nodejs/).waitFor();
    await waitUntilFunctionActiveV2(
      { client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.05 },
      { FunctionName },
    );
    await client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 4 }));
    await workbench().runCommand('Lamplight: Open Timeline');
    const callers = [900, 1300, 600, 1100, 700];
    const rounds = callers.map(async (ms, caller) => {
      for (let round = 0; round < 4; round++) {
        const Payload = Buffer.from(JSON.stringify({ ms, fail: caller === 2 && round === 1 }));
        await client.send(new InvokeCommand({ FunctionName, Payload })).catch((error: unknown) => {
          assert.equal((error as Error).name, 'TooManyRequestsException');
        });
      }
    });
    await Promise.all(rounds);
    client.destroy();
    const frame = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
    await frame.locator('#timeline').press('ArrowDown');
    await frame.locator('#spoken', { hasText: /Environment/ }).waitFor({ state: 'attached' });
    await readmePicture(workbench(), 'timeline');
  });
});
