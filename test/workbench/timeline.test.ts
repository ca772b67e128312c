/** The Timeline as a person has it: lanes of real environments, keys, and the files that it makes. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import { InvokeCommand, PutFunctionConcurrencyCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { FrameLocator, Locator } from 'playwright-core';
import type { ChromeTrace } from '../../src/timeline/chromeTrace.ts';
import { until } from '../helpers/until.ts';
import { useWorkbench } from './harness/useWorkbench.ts';
import { ordersApp } from './ordersApp.ts';
import { ResultEditor } from './resultEditor.ts';
import { lambdaClient, windowHost } from './windowHost.ts';

const FUNCTIONS = 'Functions';

/** The filtered rows of a PNG file (https://www.w3.org/TR/png-3/): of an even picture they are zero but for the first. */
function pixelData(png: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  return inflateSync(Buffer.concat(parts));
}

describe('the Timeline', function () {
  this.timeout(90_000);
  const workbench = useWorkbench({ files: ordersApp, openFile: 'src/create.ts' });
  let client: LambdaClient;

  before('a host', async () => {
    const { sidebar } = workbench();
    await sidebar.open('Lamplight');
    await sidebar.row(FUNCTIONS, /^Function create-order/).waitFor();
    client = lambdaClient(await windowHost(workbench()));
  });
  after(() => client.destroy());

  /** VS Code puts a page into a frame of a frame. */
  const frame = (): FrameLocator =>
    workbench().page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  const timeline = (): Locator => frame().locator('#timeline');
  const invoke = async (name: string, event: object): Promise<void> => {
    await client.send(new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(event)) }));
  };
  /** Presses a key in the page until it says what is looked for to a screen reader. */
  const pressUntil = (key: string, spoken: RegExp): Promise<string> => {
    let last = '';
    return until(
      async () => {
        await timeline().press(key);
        last = (await frame().locator('#spoken').textContent()) ?? '';
        return spoken.test(last) ? last : undefined;
      },
      { ms: 15_000, what: `${key} to come to ${String(spoken)}` },
    ).catch((error: unknown) => {
      throw new Error(`${(error as Error).message}; the last was “${last}”`, { cause: error });
    });
  };

  /** Walks over the chosen lane from its end, again and again: what is looked for may not be drawn yet. */
  const itemOfLane = (spoken: RegExp): Promise<string> =>
    until(
      async () => {
        for (let step = 0; step < 6; step++) await timeline().press('ArrowRight');
        for (let step = 0; step < 8; step++) {
          const said = (await frame().locator('#spoken').textContent()) ?? '';
          if (spoken.test(said)) return said;
          await timeline().press('ArrowLeft');
        }
        return undefined;
      },
      { ms: 15_000, what: `an item of the lane that is ${String(spoken)}` },
    );

  it('says what will be there, where nothing has run', async () => {
    await workbench().runCommand('Lamplight: Open Timeline');
    await frame().getByText('Nothing has run yet').waitFor();
  });

  it('draws a lane for an environment as it lives, and says why it was cold', async () => {
    await invoke('create-order', { quantity: 2 });
    await invoke('create-order', { quantity: 3 });
    await frame().getByText('Nothing has run yet').waitFor({ state: 'hidden' });
    await pressUntil('ArrowDown', /Environment \w+ of create-order, version \$LATEST\./);
    const spoken = await itemOfLane(/\. Success · [\d.]+ m?s(?! · cold)/);
    assert.match(spoken, /Billed \d+ ms/);
    const first = await itemOfLane(/\. Success .* · cold/);
    assert.match(first, /Cold because it is the first environment of this version since the host started/);
    await pressUntil('ArrowLeft', /\. Init · /);
  });

  it('says of a throttle what limit it met', async () => {
    await client.send(
      new PutFunctionConcurrencyCommand({ FunctionName: 'total', ReservedConcurrentExecutions: 0 }),
    );
    await assert.rejects(invoke('total', {}), { name: 'TooManyRequestsException' });
    const spoken = await pressUntil('ArrowUp', /^Throttles\. Throttled/);
    assert.match(spoken, /total.*reserved concurrency was all in use.*429 ReservedFunctionConcurrent/);
    await workbench().screenshot('timeline');
  });

  it('opens the result of what is chosen', async () => {
    await pressUntil('ArrowDown', /of create-order/);
    await itemOfLane(/\. Success/);
    await timeline().press('Enter');
    await new ResultEditor(workbench().page, 'create-order').text(/"total": (200|300)/);
    await workbench().screenshot('timeline with a result');
  });

  it('exports a trace that has what was seen', async () => {
    const { quickInput, page, folder } = workbench();
    await frame().locator('#exportJson').click();
    await quickInput.waitForPrompt(/Save the Timeline as a Chrome Trace/);
    await page.keyboard.press('Enter');
    const name = await until(
      async () => (await readdir(folder)).find(file => /^timeline-.*\.json$/.test(file)),
      { what: 'the exported file' },
    );
    const { traceEvents } = JSON.parse(await readFile(path.join(folder, name), 'utf8')) as ChromeTrace;
    const names = traceEvents.map(event => event.name);
    const refusals = traceEvents.filter(event => event.name === 'throttled');
    const refused = refusals.reduce((sum, { args }) => sum + Number(args?.['count']), 0);
    assert.equal(refused, 3, 'each of the three tries of the SDK’s client is counted once');
    for (const expected of [
      'process_name',
      'thread_name',
      'init',
      'success',
      'throttled',
      'running invocations',
    ])
      assert.ok(names.includes(expected), `${expected} in ${names.join(', ')}`);
    assert.equal(names.filter(one => one === 'success').length, 2);
  });

  it('shows one function where it is opened from that', async () => {
    await workbench().sidebar.contextMenu(FUNCTIONS, /^Function total/, 'Open Timeline');
    const filter = frame().locator('#filter');
    await until(async () => (await filter.inputValue()) === 'total', { what: 'the filter' });
    await pressUntil('ArrowUp', /^Throttles\. Throttled/);
    await filter.selectOption('create-order');
    await pressUntil('ArrowUp', /^Throttles\. Nothing here yet/);
    await filter.selectOption('');
  });

  it('exports a picture', async () => {
    const { quickInput, page, folder } = workbench();
    await frame().locator('#exportPng').click();
    await quickInput.waitForPrompt(/Save the Timeline as a Picture/);
    await page.keyboard.press('Enter');
    const name = await until(
      async () => (await readdir(folder)).find(file => /^timeline-.*\.png$/.test(file)),
      { what: 'the exported file' },
    );
    const bytes = await readFile(path.join(folder, name));
    assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
    assert.ok(bytes.length > 5_000, `${bytes.length} bytes are no picture`);
    const values = new Set(pixelData(bytes)).size;
    assert.ok(values > 30, `of one colour has few values, this has ${values}`);
  });
});
