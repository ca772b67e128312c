/** Invoking from the code: lenses, events, results. */
import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { until } from '../helpers/until.ts';
import { ordersApp } from './ordersApp.ts';
import { ResultEditor } from './resultEditor.ts';
import { useWorkbench } from './harness/useWorkbench.ts';

describe('invoking from the code', function () {
  this.timeout(90_000);
  const workbench = useWorkbench({ files: ordersApp, openFile: 'src/create.ts' });
  const resultOf = (name: string): ResultEditor => new ResultEditor(workbench().page, name);

  /** The handler's file in front, as each test begins. */
  beforeEach(() => workbench().editor.open('src/create.ts', 8));

  /** Takes an event of the catalogue over the lens. */
  async function chooseSample(title: string, id: string): Promise<void> {
    const { editor, quickInput } = workbench();
    await editor.clickLens(/Event: /);
    await quickInput.waitForPrompt(/Event for create-order/);
    await quickInput.choose(title);
    await editor.lens(`Event: ${id}`).waitFor();
  }

  const results = () => workbench().page.locator('.tab', { hasText: /create-order \d\d:/ });

  /** Invokes over a lens; resolves when the result of this invocation has its tab, which hides those before it. */
  async function invokeBy(click: () => Promise<void>): Promise<void> {
    const before = await results().count();
    await click();
    await until(async () => (await results().count()) === before + 1, { what: 'a result of its own' });
  }
  const invoke = (lens = 'Invoke'): Promise<void> => invokeBy(() => workbench().editor.clickLens(lens));

  it('runs the function with its saved event at one click', async () => {
    const { editor } = workbench();
    await editor.lens('Event: two').waitFor();
    await invoke();
    const text = await resultOf('create-order').text(/REPORT RequestId[\s\S]*## Event/);
    assert.match(text, /^✓ create-order succeeded in [\d.]+ m?s/);
    assert.match(text, /Start +cold, init [\d.]+ m?s/);
    assert.match(text, /Memory +\d+ MB of 256 MB/);
    assert.match(text, /"total": 200/);
    assert.match(text, /the total is 200/);
    assert.deepEqual(await resultOf('create-order').lenses(), ['Invoke Again', 'Debug This', 'Edit Event']);
    await workbench().editor.lens('Copy Answer').waitFor();
  });

  it('runs the code as it stands in the editor, saved or not', async () => {
    const { editor } = workbench();
    const source = ordersApp['src/create.ts'] ?? '';
    await editor.replaceAll(source.replace('* 100', '* 111'));
    await invoke();
    await resultOf('create-order').text(/"total": 222[\s\S]*## Log/);
    assert.match(await workbench().readFile('src/create.ts'), /\* 111/);
  });

  it('takes a sample event from the catalogue, and shows an error with a stack that leads to the source', async () => {
    const { editor } = workbench();
    await chooseSample('Three keys and values', 'test/key-values');
    await invoke();
    const text = await resultOf('create-order').text(
      /✗ create-order failed[\s\S]*## Error\nTypeError: An order needs a quantity\n/,
    );
    assert.match(text, /at (?:async )?(?:Runtime\.|Object\.)?handler \(src\/create\.ts:9:\d+\)/);
    await resultOf('create-order').follow('src/create.ts:9');
    await workbench()
      .page.locator('.statusbar-item', { hasText: /Ln 9, Col/ })
      .waitFor();
    await editor.waitForText(/An order needs a quantity/);
  });

  it('finds an event of the catalogue by words in any order', async () => {
    const { editor, page, quickInput } = workbench();
    await editor.clickLens(/Event: /);
    await quickInput.waitForPrompt(/Event for create-order/);
    await page.keyboard.type('put s3');
    const rows = page.locator('.quick-input-list .monaco-list-row');
    await until(async () => (await rows.count()) === 1, { what: 'one event' });
    assert.match(await rows.innerText(), /s3\/put/);
    await page.keyboard.press('Enter');
    await editor.lens('Event: s3/put').waitFor();
  });

  it('finds those of a service by its name before others that have it in a text', async () => {
    const { editor, page, quickInput } = workbench();
    await editor.clickLens(/Event: /);
    await quickInput.waitForPrompt(/Event for create-order/);
    await page.keyboard.type('api');
    const focused = page.locator('.quick-input-list .monaco-list-row.focused');
    await until(
      async () => /^API Gateway \(REST\): Proxy request without/.test((await focused.innerText()).trim()),
      {
        what: 'an event of API Gateway',
      },
    );
    await quickInput.cancel();
  });

  it('writes a new event only when it is saved, and refuses one that isn’t JSON with a Problem', async () => {
    const { editor, page, folder } = workbench();
    await workbench().runCommand('Lamplight: New Event');
    await workbench().quickInput.choose('create-order');
    await editor.waitForTab('new-event.json');
    const file = path.join(folder, 'events/create-order/new-event.json');
    // Between the braces of the new document.
    await page.locator('.statusbar-item', { hasText: 'Ln 1, Col 2' }).waitFor();
    await editor.replaceAll('{ "quantity" 3 }');
    await editor.clickLens('Invoke create-order');
    await workbench().notifications.waitFor(/This event isn’t valid JSON: colon expected/);
    await workbench().notifications.clear();
    await editor.waitForTab('new-event.json');
    await page.locator('.editor-group-container.active .view-line').first().click();
    await editor.replaceAll('{ "quantity": 3 }');
    await invoke('Invoke create-order');
    await resultOf('create-order').text(/"total": 3\d\d/);
    await assert.rejects(access(file), /ENOENT/);
    await editor.waitForTab('new-event.json');
    await editor.save();
    assert.match(await workbench().readFile('events/create-order/new-event.json'), /"quantity": 3/);
  });

  it('saves an event of the catalogue with its parameters as a file', async () => {
    const { editor, page, quickInput } = workbench();
    await editor.clickLens(/Event: /);
    await quickInput.waitForPrompt(/Event for create-order/);
    await page.keyboard.type('hello world');
    const row = page.locator('.quick-input-list .monaco-list-row', { hasText: 'test/hello-world' });
    await row.hover();
    await row.locator('[aria-label="Set Parameters…"]').click();
    await quickInput.answer(/Hello world \(1 of 1\)/, 'from the test');
    await editor.lens('Event: test/hello-world').waitFor();
    await invoke();
    const result = resultOf('create-order');
    await result.text(/Event +test\/hello-world[\s\S]*## Error/);
    await result.lens('Save Event…');
    await quickInput.answer(/Save Event of create-order/, 'greeting');
    await editor.waitForTab('greeting.json');
    assert.deepEqual(JSON.parse(await workbench().readFile('events/create-order/greeting.json')), {
      message: 'from the test',
    });
    await editor.open('src/create.ts', 8);
    await editor.lens('Event: greeting').waitFor();
  });

  it('invokes again from the result', async () => {
    await chooseSample('Hello world', 'test/hello-world');
    await invoke();
    await resultOf('create-order').text(/✗ create-order failed/);
    await invokeBy(() => resultOf('create-order').lens('Invoke Again'));
    await resultOf('create-order').text(/✗ create-order failed[\s\S]*Start +warm/);
  });

  it('says that old code answered while the newest doesn’t build, and that it builds again', async () => {
    const { editor, page } = workbench();
    const good = await workbench().readFile('src/create.ts');
    await invoke();
    await resultOf('create-order').text(/create-order (?:succeeded|failed)/);
    await editor.replaceAll(`${good}const broken = (;\n`);
    await invoke();
    await resultOf('create-order').text(
      /\n⚠ The last good code ran, not what the editor\s+shows:\s[\s\S]*doesn't build\.\s+src\/create\.ts:14:\d+/,
    );
    await editor.replaceAll(good);
    await editor.save();
    await page.locator('.statusbar-item', { hasText: 'create-order builds again' }).waitFor();
  });

  it('invokes Python over its own lens', async () => {
    const { editor } = workbench();
    await editor.open('report/app.py', 1);
    const lenses = workbench().page.locator('.editor-group-container.active .codelens-decoration a');
    await lenses.filter({ hasText: 'Event: ' }).waitFor();
    assert.equal(await lenses.filter({ hasText: /Debug$/ }).count(), 1);
    await lenses.filter({ hasText: 'Invoke' }).click();
    await resultOf('report').text(/✓ report succeeded[\s\S]*"ok": true/);
  });
});

/** In the browser: whether the layout that VS Code has stored has two editor groups. */
const keptGroups = `(async () => {
  const done = request => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  for (const { name } of await indexedDB.databases()) {
    if (!name.startsWith('vscode-web-state-db-')) continue;
    const database = await done(indexedDB.open(name));
    try {
      const items = database.transaction('ItemTable').objectStore('ItemTable');
      const layout = String(await done(items.get('memento/workbench.parts.editor')));
      if (layout.split('"type":"leaf"').length === 3) return true;
    } finally {
      database.close();
    }
  }
  return false;
})()`;

describe('results in a window that is loaded again', function () {
  this.timeout(90_000);
  // A window that is told which file to open comes back with that file and nothing else.
  const workbench = useWorkbench({ files: ordersApp });

  it('leave no empty half of it behind', async () => {
    const { page, editor } = workbench();
    await editor.open('src/create.ts', 8);
    await editor.clickLens('Invoke');
    await new ResultEditor(page, 'create-order').text(/✓ create-order succeeded/);
    const groups = page.locator('.editor-group-container');
    assert.equal(await groups.count(), 2);
    // Loaded again at once, VS Code knows of one group only.
    await until(() => page.evaluate<boolean>(keptGroups), { ms: 60_000, what: 'VS Code to keep its layout' });
    await page.reload();
    await editor.lens('Invoke').waitFor();
    await until(async () => (await groups.count()) === 1, { what: 'one editor group' });
  });
});
