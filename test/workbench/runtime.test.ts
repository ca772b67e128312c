/** The runtime of a function, switched from the tree. */
import assert from 'node:assert/strict';
import { GetFunctionConfigurationCommand, InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { until } from '../helpers/until.ts';
import { ordersApp } from './ordersApp.ts';
import { useWorkbench } from './harness/useWorkbench.ts';
import { lambdaClient, windowHost } from './windowHost.ts';

const FUNCTIONS = 'Functions';

describe('the runtime of a function', function () {
  this.timeout(90_000);
  const source = `exports.handler = async () => ({ on: process.env.AWS_EXECUTION_ENV });\n`;
  const workbench = useWorkbench({ files: { ...ordersApp, 'src/total.js': source } });
  let client: LambdaClient;

  before('a host, and the function in the tree', async () => {
    const { sidebar } = workbench();
    await sidebar.open('Lamplight');
    await sidebar.row(FUNCTIONS, /^Function total/).waitFor();
    client = lambdaClient(await windowHost(workbench()));
    await sidebar.expand(FUNCTIONS, /^Function total/);
    await sidebar.expand(FUNCTIONS, /^Configuration/);
  });
  after(() => client.destroy());

  const onHost = () => client.send(new GetFunctionConfigurationCommand({ FunctionName: 'total' }));
  const runsOn = async (): Promise<string> => {
    const { Payload } = await client.send(new InvokeCommand({ FunctionName: 'total' }));
    return (JSON.parse(Buffer.from(Payload!).toString()) as { on: string }).on;
  };
  const dialog = () => workbench().page.locator('.monaco-dialog-box');

  it('is switched within its language, after it was said what the template goes on to declare', async () => {
    const { sidebar, quickInput } = workbench();
    assert.equal(await runsOn(), 'AWS_Lambda_nodejs22.x');
    await sidebar.inlineAction(FUNCTIONS, /^Runtime: nodejs22\.x/, 'Switch Runtime');
    await quickInput.waitForPrompt(/Switch the Runtime of total/);
    await workbench().screenshot('runtimes');
    await quickInput.choose('nodejs24.x');
    await dialog().getByText('template.yaml declares total. Switch it to nodejs24.x only here?').waitFor();
    await workbench().screenshot('runtime of a declared function');
    await dialog().getByRole('button', { name: 'Switch Here' }).click();
    await sidebar.row(FUNCTIONS, /^Runtime: nodejs24\.x/).waitFor();
    // As on AWS, what was before serves until the update is done.
    await workbench().page.getByText('total runs on nodejs24.x from its next invocation on').waitFor();
    assert.equal(await runsOn(), 'AWS_Lambda_nodejs24.x');
    assert.equal((await onHost()).Handler, 'total.handler');
  });

  it('is not switched where the user leaves', async () => {
    const { sidebar, quickInput, page } = workbench();
    const { RevisionId } = await onHost();
    await sidebar.contextMenu(FUNCTIONS, /^Function total/, 'Switch Runtime');
    await quickInput.waitForPrompt(/Switch the Runtime of total/);
    await quickInput.choose('nodejs22.x');
    await dialog().waitFor();
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    assert.equal((await onHost()).RevisionId, RevisionId);
  });

  it('asks for a handler that the new language can call', async () => {
    const { sidebar, quickInput, page } = workbench();
    await sidebar.contextMenu(FUNCTIONS, /^Function total/, 'Switch Runtime');
    await quickInput.find(/Switch the Runtime of total/, 'java21');
    await quickInput.waitForPrompt(/Handler of total in java21/);
    await page.getByText('java21 can’t call “total.handler”: it takes package.Class::method.').waitFor();
    await workbench().screenshot('handler of another language');
    await quickInput.answer(/Handler of total in java21/, 'example.Total::handle');
    await dialog().getByRole('button', { name: 'Switch Here' }).click();
    await until(async () => (await onHost()).Runtime === 'java21', { what: 'the runtime on the host' });
    assert.equal((await onHost()).Handler, 'example.Total::handle');
  });
});
