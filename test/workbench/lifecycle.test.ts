/** Functions that come and go from the tree: create of a folder, delete, and undo. */
import assert from 'node:assert/strict';
import path from 'node:path';
import {
  CreateAliasCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  ListAliasesCommand,
  ListFunctionsCommand,
  PublishVersionCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { ordersApp } from './ordersApp.ts';
import { useWorkbench } from './harness/useWorkbench.ts';
import { lambdaClient, windowHost } from './windowHost.ts';

const FUNCTIONS = 'Functions';

describe('functions from the tree', function () {
  this.timeout(90_000);
  const workbench = useWorkbench({
    files: {
      ...ordersApp,
      'loose/index.js': 'exports.handler = async () => ({ loose: true });\n',
      'broken.zip': 'no zip',
    },
  });
  let client: LambdaClient;

  before('a host', async () => {
    const { sidebar } = workbench();
    await sidebar.open('Lamplight');
    await sidebar.row(FUNCTIONS, /^Function total/).waitFor();
    client = lambdaClient(await windowHost(workbench()));
  });
  after(() => client.destroy());

  const dialog = () => workbench().page.locator('.monaco-dialog-box');
  const names = async (): Promise<(string | undefined)[]> => {
    const { Functions = [] } = await client.send(new ListFunctionsCommand({}));
    return Functions.map(({ FunctionName }) => FunctionName);
  };
  const configuration = async (): Promise<object> => {
    const { $metadata: _metadata, ...rest } = await client.send(
      new GetFunctionConfigurationCommand({ FunctionName: 'loose' }),
    );
    return rest;
  };
  const answerOf = async (Qualifier: string): Promise<string> => {
    const { Payload } = await client.send(new InvokeCommand({ FunctionName: 'loose', Qualifier }));
    return Buffer.from(Payload!).toString();
  };

  it('create one of a folder, told what can’t be while it is typed', async () => {
    const { sidebar, quickInput, notifications, page, folder } = workbench();
    await workbench().runCommand('Lamplight: Create Function…');
    await quickInput.answer(/New Function/, 'total');
    await page.getByText('There is a function total already.').waitFor();
    await quickInput.answer(/New Function/, 'loose thing');
    await page.getByText('“ ” can’t be in a name').waitFor();
    await workbench().screenshot('name of a new function');
    await quickInput.answer(/New Function/, 'loose');
    await quickInput.find(/Runtime of loose/, 'nodejs22.x');
    await quickInput.waitForPrompt(/Code of loose · What the function runs/);
    await quickInput.choose('Folder…');
    await quickInput.openPath(/Code of loose/, path.join(folder, 'loose'));
    await quickInput.waitForPrompt(/Handler of loose in nodejs22\.x/);
    await quickInput.type('other.handler');
    await page.getByText('There is no other.js, other.mjs, other.cjs in').waitFor();
    await workbench().screenshot('handler of a new function');
    await quickInput.answer(/Handler of loose/, 'index.handler');
    await notifications.waitFor(/Created loose with a copy of the code/);
    await sidebar.row(FUNCTIONS, /^Function loose/).waitFor();
    assert.equal(await answerOf('$LATEST'), '{"loose":true}');
  });

  it('say what the host says of a zip that is none, and create nothing', async () => {
    const { quickInput, notifications, folder } = workbench();
    await workbench().runCommand('Lamplight: Create Function…');
    await quickInput.answer(/New Function/, 'broken');
    await quickInput.find(/Runtime of broken/, 'python3.13');
    await quickInput.waitForPrompt(/Code of broken · What the function runs/);
    await quickInput.choose('Zip…');
    await quickInput.openPath(/Code of broken/, path.join(folder, 'broken.zip'));
    await quickInput.answer(/Handler of broken in python3\.13/, 'app.handler');
    await notifications.waitFor(/Could not unzip uploaded file/);
    assert.ok(!(await names()).includes('broken'));
  });

  it('delete it after asking, and bring it back with its version and alias', async () => {
    const { sidebar, notifications } = workbench();
    await client.send(new PublishVersionCommand({ FunctionName: 'loose' }));
    await client.send(new CreateAliasCommand({ FunctionName: 'loose', Name: 'live', FunctionVersion: '1' }));
    const before = await configuration();
    await sidebar.contextMenu(FUNCTIONS, /^Function loose/, 'Delete Function');
    await dialog().getByText('Delete function loose?').waitFor();
    await dialog()
      .getByText(/Versions that go with it: 1; aliases: live\./)
      .waitFor();
    await workbench().screenshot('delete of a function');
    await dialog().getByRole('button', { name: 'Delete' }).click();
    await sidebar.row(FUNCTIONS, /^Function loose/).waitFor({ state: 'detached' });
    assert.deepEqual(await names(), ['create-order', 'report', 'total']);
    await notifications.press(/Deleted function loose/, 'Undo');
    await notifications.waitFor(/Function loose is back/);
    await sidebar.row(FUNCTIONS, /^Function loose/).waitFor();
    assert.deepEqual(await configuration(), before);
    const { Aliases = [] } = await client.send(new ListAliasesCommand({ FunctionName: 'loose' }));
    assert.deepEqual(
      Aliases.map(({ Name, FunctionVersion }) => [Name, FunctionVersion]),
      [['live', '1']],
    );
    assert.equal(await answerOf('live'), '{"loose":true}');
  });

  it('leave one alone that a file declares, and lead there', async () => {
    const { quickInput, notifications, editor } = workbench();
    await workbench().runCommand('Lamplight: Delete Function…');
    await quickInput.find(/Choose a Function/, 'total');
    const declared = /template\.yaml declares total: take it out there/;
    await notifications.press(declared, 'Open Declaration');
    await editor.waitForTab('template.yaml');
    assert.ok((await names()).includes('total'));
  });
});
