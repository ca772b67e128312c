/** Layers from their view: publish a folder, look into it, attach it so that its code answers, delete and undo. */
import assert from 'node:assert/strict';
import {
  GetFunctionConfigurationCommand,
  GetLayerVersionCommand,
  InvokeCommand,
  ListLayerVersionsCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { until } from '../helpers/until.ts';
import { ordersApp } from './ordersApp.ts';
import { click } from './harness/click.ts';
import { useWorkbench } from './harness/useWorkbench.ts';
import { lambdaClient, windowHost } from './windowHost.ts';

const LAYERS = 'Layers';
const FOREIGN = 'arn:aws:lambda:us-east-1:111122223333:layer:shared-by-others:4';

describe('layers in their tree', function () {
  this.timeout(90_000);
  const workbench = useWorkbench({
    files: {
      ...ordersApp,
      'template.yaml': `${ordersApp['template.yaml']!}  Tools:
    Type: AWS::Serverless::LayerVersion
    Properties: { LayerName: tools, ContentUri: tools, CompatibleRuntimes: [nodejs22.x] }
  Greet:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: greet, Handler: greet.handler, CodeUri: greet, Layers: [!Ref Tools, '${FOREIGN}'] }
`,
      'greet/greet.js': `exports.handler = async event => {
  const said = [];
  for (const name of ['greeting', 'tool', 'shared'])
    try { said.push(require(name)(event.name)); } catch { said.push('no ' + name); }
  return said;
};
`,
      'tools/nodejs/node_modules/tool/index.js': 'module.exports = name => `a tool for ${name}`;\n',
      'shared/nodejs/node_modules/shared/index.js': 'module.exports = () => "shared";\n',
      'library/nodejs/node_modules/greeting/index.js': 'module.exports = name => `Hello, ${name}`;\n',
      'library/bin/data.bin': '\0'.repeat(64),
    },
    openFile: 'src/create.ts',
    size: { width: 1400, height: 1000 },
  });
  let client: LambdaClient;

  before('a host, and the layers in their view', async () => {
    const { sidebar } = workbench();
    await sidebar.open('Lamplight');
    await sidebar.row('Functions', /^Function greet/).waitFor();
    client = lambdaClient(await windowHost(workbench()));
    await sidebar.unfold(LAYERS);
    await sidebar.fold('Functions');
    await sidebar.row(LAYERS, /^Layer tools, nodejs22\.x/).waitFor();
  });
  after(() => client.destroy());

  const said = async (): Promise<unknown> => {
    const { Payload } = await client.send(
      new InvokeCommand({ FunctionName: 'greet', Payload: Buffer.from('{"name": "Ada"}') }),
    );
    return JSON.parse(Buffer.from(Payload!).toString());
  };
  const layersOnHost = async (): Promise<(string | undefined)[]> => {
    const { Layers = [] } = await client.send(new GetFunctionConfigurationCommand({ FunctionName: 'greet' }));
    return Layers.map(({ Arn }) => Arn?.split(':').slice(-2).join(':'));
  };
  const versionsOf = async (LayerName: string): Promise<(number | undefined)[]> => {
    const { LayerVersions = [] } = await client.send(new ListLayerVersionsCommand({ LayerName }));
    return LayerVersions.map(({ Version }) => Version);
  };
  async function chooseFolder(title: RegExp, name: string): Promise<void> {
    const { quickInput } = workbench();
    await quickInput.waitForPrompt(title);
    await quickInput.choose('Folder');
    await quickInput.chooseFolder(name, 'Use This Folder');
  }
  async function publish(name: string | undefined, folder: string, description: string): Promise<void> {
    const { quickInput, page } = workbench();
    if (name !== undefined) await quickInput.answer(/Publish a Layer/, name);
    await chooseFolder(/Publish Layer greeting/, folder);
    await quickInput.waitForPrompt(/Compatible runtimes/);
    await click(page.locator('.quick-input-widget .monaco-list-row', { hasText: 'nodejs22.x' }), 'click');
    await workbench().screenshot('layer runtimes');
    await page.keyboard.press('Enter');
    await quickInput.answer(/Publish Layer greeting · Description/, description);
  }

  it('shows versions, who uses them, and what is not here', async () => {
    const { sidebar } = workbench();
    await sidebar.expand(LAYERS, /^Layer tools/);
    await sidebar
      .row(LAYERS, /^Version 1 of layer tools, .*follows its folder, used by 1 function/)
      .waitFor();
    await sidebar.expand(LAYERS, /^Version 1 of layer tools/);
    await sidebar.row(LAYERS, 'Used by function greet').waitFor();
    await sidebar.expand(LAYERS, /^Layer shared-by-others, account 111122223333, not declared/);
    await sidebar.row(LAYERS, /^Version 4 of layer shared-by-others, not here, used by 1 function/).waitFor();
    assert.deepEqual(await said(), ['no greeting', 'a tool for Ada', 'no shared']);
    await workbench().screenshot('layers with a missing one');
  });

  it('publishes a folder as a layer', async () => {
    const { sidebar, notifications } = workbench();
    await workbench().runCommand('Lamplight: Publish Layer Version');
    await publish('greeting', 'library', 'says hello');
    await notifications.waitFor(/Published version 1 of layer greeting/);
    await notifications.clear();
    await sidebar.row(LAYERS, /^Layer greeting, nodejs22\.x/).waitFor();
    await sidebar.expand(LAYERS, /^Layer greeting/);
    await sidebar.row(LAYERS, /^Version 1 of layer greeting, says hello/).waitFor();
    const layer = await client.send(new GetLayerVersionCommand({ LayerName: 'greeting', VersionNumber: 1 }));
    assert.deepEqual([layer.Description, layer.CompatibleRuntimes], ['says hello', ['nodejs22.x']]);
  });

  it('browses a version, read only', async () => {
    const { sidebar, editor, page } = workbench();
    await sidebar.expand(LAYERS, /^Version 1 of layer greeting/);
    await sidebar.expand(LAYERS, /^Contents of greeting:1/);
    for (const folder of ['nodejs', 'node_modules', 'greeting'])
      await sidebar.expand(LAYERS, `Folder ${folder}`);
    await sidebar.click(LAYERS, /^File index\.js, 43 B/);
    await editor.waitForTab('index.js');
    await editor.waitForText(/module\.exports = name => `Hello, \$\{name\}`;/);
    await workbench().screenshot('a file of a layer');
    // The key is lost while the editor does not have the focus yet, and the message goes when it is drawn again.
    await until(
      async () => {
        await page.locator('.editor-group-container.active .view-lines').first().click({ timeout: 2_000 });
        await page.keyboard.type('x');
        await page
          .getByText('Editor is read-only because the file system of the file is read-only')
          .first()
          .waitFor({ timeout: 3_000 });
        return true;
      },
      { ms: 20_000, what: 'the editor to say that it is read-only' },
    );
    assert.equal(await page.locator('.tab.active.dirty').count(), 0);
    await sidebar.expand(LAYERS, 'Folder bin');
    await sidebar.click(LAYERS, /^File data\.bin, 64 B/);
    await page.getByText('it is either binary or uses an unsupported text encoding').waitFor();
  });

  it('imports what is not here under its ARN', async () => {
    const { sidebar, quickInput, notifications } = workbench();
    // As on AWS, a function that names what is not there is not changed.
    await sidebar.inlineAction(LAYERS, /^Version 1 of layer greeting/, 'Attach Layer');
    await quickInput.waitForPrompt(/Attach Layer greeting:1 to a Function/);
    await quickInput.choose('greet');
    await notifications.waitFor(/shared-by-others:4 does not exist\. Get its zip where it is/);
    await notifications.clear();
    await sidebar.inlineAction(LAYERS, /^Version 4 of layer shared-by-others/, 'Import Layer');
    await chooseFolder(/Import Layer shared-by-others:4/, 'shared');
    await notifications.waitFor(/Layer shared-by-others:4 is here: 1 function that names it has it/);
    await sidebar
      .row(LAYERS, /^Version 4 of layer shared-by-others, .*imported, used by 1 function/)
      .waitFor();
    assert.deepEqual(await said(), ['no greeting', 'a tool for Ada', 'shared']);
  });

  it('attaches a version to a function, whose next invocation runs its code', async () => {
    const { sidebar, quickInput, notifications } = workbench();
    await sidebar.inlineAction(LAYERS, /^Version 1 of layer greeting/, 'Attach Layer');
    await quickInput.waitForPrompt(/Attach Layer greeting:1 to a Function/);
    await quickInput.choose('greet');
    const told = await notifications.waitFor(/Layers of greet/);
    assert.match(told, /later ones over earlier ones: 1\. tools:1, 2\. shared-by-others:4, 3\. greeting:1\./);
    assert.match(told, /lasts until what template\.yaml declares of greet changes/);
    await workbench().screenshot('a layer attached');
    assert.deepEqual(await said(), ['Hello, Ada', 'a tool for Ada', 'shared']);
    await sidebar.row(LAYERS, /^Version 1 of layer greeting, .*used by 1 function/).waitFor();
  });

  it('publishes the next version, which takes the place of the one before', async () => {
    const { sidebar, quickInput, notifications } = workbench();
    await sidebar.inlineAction(LAYERS, /^Layer greeting/, 'Publish Layer Version');
    await chooseFolder(/Publish Layer greeting/, 'library');
    await quickInput.waitForPrompt(/Compatible runtimes/);
    await workbench().page.keyboard.press('Enter');
    await quickInput.answer(/Publish Layer greeting · Description/, 'again');
    await notifications.press(/Published version 2 of layer greeting/, 'Attach to a Function');
    await quickInput.waitForPrompt(/Attach Layer greeting:2 to a Function/);
    await quickInput.choose('greet');
    await notifications.waitFor(/3\. greeting:2\./);
    assert.deepEqual(await layersOnHost(), ['tools:1', 'shared-by-others:4', 'greeting:2']);
    await sidebar.row(LAYERS, /^Version 2 of layer greeting, again, .*used by 1 function/).waitFor();
    const [newest, older] = (await sidebar.rows(LAYERS)).filter(row => /^[12] (again|says)/.test(row));
    assert.match(newest!, /^2 again · .* · used by 1 function$/);
    assert.match(older!, /^1 says hello · \d+ B$/);
    const { CompatibleRuntimes } = await client.send(
      new GetLayerVersionCommand({ LayerName: 'greeting', VersionNumber: 2 }),
    );
    assert.deepEqual(CompatibleRuntimes, ['nodejs22.x'], 'those of the version before were chosen');
  });

  it('deletes a version after asking, and brings back the very same', async () => {
    const { sidebar, notifications, page } = workbench();
    const before = await client.send(new GetLayerVersionCommand({ LayerName: 'greeting', VersionNumber: 1 }));
    await sidebar.contextMenu(LAYERS, /^Version 1 of layer greeting/, 'Delete Layer Version');
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.getByText('Delete layer version greeting:1?').waitFor();
    await dialog.getByText('its number is never used again').waitFor();
    await workbench().screenshot('deleting a layer version');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await until(async () => (await versionsOf('greeting')).join() === '2', { what: 'version 1 to be gone' });
    await sidebar.row(LAYERS, /^Version 1 of layer greeting/).waitFor({ state: 'detached' });
    await notifications.press(/Deleted layer version greeting:1/, 'Undo');
    await notifications.waitFor(/Layer version greeting:1 is back, as it was/);
    await sidebar.row(LAYERS, /^Version 1 of layer greeting, says hello/).waitFor();
    const after = await client.send(new GetLayerVersionCommand({ LayerName: 'greeting', VersionNumber: 1 }));
    const facts = ({ Content, $metadata: _metadata, ...rest }: typeof before): unknown => ({
      ...rest,
      sha: Content?.CodeSha256,
    });
    assert.deepEqual(facts(after), facts(before));
  });

  it('detaches a layer, from the list in the order in which they are merged', async () => {
    const { quickInput, notifications } = workbench();
    await workbench().runCommand('Lamplight: Detach Layer');
    await quickInput.waitForPrompt(/Choose a Function/);
    await quickInput.choose('greet');
    await quickInput.waitForPrompt(/Detach a Layer from greet/);
    assert.deepEqual(await quickInput.labels(), ['1. tools:1', '2. shared-by-others:4', '3. greeting:2']);
    await workbench().screenshot('layers of a function');
    await quickInput.choose('3. greeting:2');
    await notifications.waitFor(/Layers of greet, .*: 1\. tools:1, 2\. shared-by-others:4\./);
    assert.deepEqual(await layersOnHost(), ['tools:1', 'shared-by-others:4']);
    assert.deepEqual(await said(), ['no greeting', 'a tool for Ada', 'shared']);
  });
});
