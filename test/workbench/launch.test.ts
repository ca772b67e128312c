/** launch.json: every property, tasks before and after, compounds; and F5 where the setting turns it off. */
import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { invocations } from '../../src/client/controlCalls.ts';
import { HostClient } from '../../src/client/hostClient.ts';
import { until } from '../helpers/until.ts';
import { ordersApp } from './ordersApp.ts';
import { lambdaClient, windowHost } from './windowHost.ts';
import { useWorkbench } from './harness/useWorkbench.ts';

const order = { type: 'lamplight', request: 'launch', function: 'create-order' };

const configurations = [
  { ...order, name: 'File', event: 'events/create-order/two.json' },
  { ...order, name: 'Sample', event: 'sample:test/key-values' },
  { ...order, name: 'Version', payload: { quantity: 3 }, qualifier: '$LATEST' },
  { ...order, name: 'No version', payload: { quantity: 3 }, qualifier: 'nowhere' },
  { ...order, name: 'Both events', payload: { quantity: 3 }, event: 'sample:test/key-values' },
  { ...order, name: 'Stay', payload: { quantity: 4 }, stayAttached: true },
  { ...order, name: 'Tasks', payload: { quantity: 5 }, preLaunchTask: 'before', postDebugTask: 'after' },
  { type: 'lamplight', request: 'launch', name: 'Skip', function: 'stepped', skipFiles: ['**/helper.js'] },
  { type: 'lamplight', request: 'launch', name: 'No skip', function: 'stepped' },
  { type: 'lamplight', request: 'launch', name: 'Total', function: 'total', payload: { a: 1, b: 2 } },
];

const task = (label: string, file: string): object => ({
  label,
  type: 'process',
  command: 'touch',
  args: [file],
  options: { cwd: '${workspaceFolder}' },
  problemMatcher: [],
  presentation: { reveal: 'never' },
});

const files = {
  ...ordersApp,
  'template.yaml': `${ordersApp['template.yaml']!}  Stepped:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: stepped, Handler: stepped.handler, CodeUri: src }
`,
  'src/stepped.js': `const { double, more } = require('./helper');
exports.handler = async () => {
  const answer = double(21);
  return answer + more;
};
`,
  'src/helper.js': `exports.more = 0;
exports.double = number => {
  return number * 2;
};
`,
  '.vscode/launch.json': JSON.stringify({
    version: '0.2.0',
    configurations,
    compounds: [{ name: 'Shop', configurations: ['File', 'Total'], stopAll: true }],
  }),
  '.vscode/tasks.json': JSON.stringify({
    version: '2.0.0',
    tasks: [task('before', 'before.txt'), task('after', 'after.txt')],
  }),
};

describe('launch.json', function () {
  this.timeout(90_000);
  const workbench = useWorkbench({
    files,
    openFile: 'src/create.ts',
    // Room for two call stacks.
    size: { width: 1280, height: 1400 },
  });

  /** Starts a configuration or a compound by its name. */
  const start = (name: string): Promise<true> =>
    until(
      async () => {
        await workbench().runCommand('Debug: Select and Start Debugging');
        await workbench().quickInput.choose(name, 3_000);
        return true;
      },
      { ms: 40_000, what: `${name} in the list of configurations` },
    );
  const consoleSays = (text: RegExp): Promise<true> =>
    until(async () => text.test(await workbench().debug.console()), {
      ms: 30_000,
      what: `${String(text)} in the Debug Console`,
    });
  /** Names of the functions that ran, the latest first. */
  const invoked = async (): Promise<string[]> => {
    const client = new HostClient(await windowHost(workbench()));
    try {
      return (await invocations(client, { maxItems: 50 })).map(({ functionName }) => functionName);
    } finally {
      client.close();
    }
  };
  const exists = (name: string): Promise<true> =>
    until(() => access(path.join(workbench().folder, name)).then(() => true), { what: name });
  const toggleBreakpoint = async (file: string, line: number): Promise<void> => {
    await workbench().editor.open(file, line);
    await workbench().editor.toggleBreakpoint(line);
  };

  it('takes the event from a file', async () => {
    await start('File');
    await consoleSays(/✓ create-order succeeded\s+\{\s+"total": 200/);
    await workbench().debug.waitForEnd();
  });

  it('takes the event from the catalogue', async () => {
    await start('Sample');
    await consoleSays(
      /✗ create-order failed\s+TypeError: An order needs a quantity\s+at .*src\/create\.ts:9/,
    );
    await workbench().debug.waitForEnd();
  });

  it('takes an event that stands there, and a qualifier', async () => {
    await start('Version');
    await consoleSays(/"total": 300/);
    await workbench().debug.waitForEnd();
  });

  for (const [name, message] of [
    ['No version', /Function not found: create-order:nowhere/],
    ['Both events', /Both events: Give either "event" or "payload", not both\./],
  ] as const)
    it(`says what is wrong with "${name}", and runs nothing`, async () => {
      await start(name);
      const dialog = workbench().page.locator('.monaco-dialog-box');
      await dialog.waitFor();
      assert.match(await dialog.innerText(), message);
      await workbench().page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await workbench().debug.waitForEnd();
    });

  it('stays attached after its own invocation, for those of others', async () => {
    const { debug } = workbench();
    await toggleBreakpoint('src/create.ts', 11);
    await start('Stay');
    await until(async () => (await debug.variable('total')) === '400', { what: 'the first stop' });
    await debug.continue();
    await consoleSays(/Waiting for invocations of create-order/);
    const client = lambdaClient(await windowHost(workbench()));
    const answer = client.send(
      new InvokeCommand({ FunctionName: 'create-order', Payload: JSON.stringify({ quantity: 9 }) }),
    );
    await until(async () => (await debug.variable('total')) === '900', { what: 'the second stop' });
    await debug.continue();
    assert.match(Buffer.from((await answer).Payload!).toString(), /"total":900/);
    client.destroy();
    await debug.stop();
    await toggleBreakpoint('src/create.ts', 11);
  });

  it('runs a task before, and one after', async () => {
    await toggleBreakpoint('src/create.ts', 11);
    await start('Tasks');
    await workbench().debug.waitForStop();
    await exists('before.txt');
    await assert.rejects(access(path.join(workbench().folder, 'after.txt')));
    await workbench().debug.continue();
    await exists('after.txt');
    await workbench().debug.waitForEnd();
    await toggleBreakpoint('src/create.ts', 11);
  });

  for (const [name, line] of [
    ['No skip', 'return number * 2;'],
    ['Skip', 'return answer + more;'],
  ] as const)
    it(`steps ${name === 'Skip' ? 'over files that skipFiles names' : 'into all others'}`, async () => {
      const { debug, page } = workbench();
      await toggleBreakpoint('src/stepped.js', 3);
      await start(name);
      assert.equal(await debug.stoppedLine(), 'const answer = double(21);');
      await page.keyboard.press('F11');
      await until(async () => (await debug.stoppedLine()) === line, { what: `the step to "${line}"` });
      await debug.stop();
      await toggleBreakpoint('src/stepped.js', 3);
    });

  it('starts and stops a compound as one', async () => {
    const { debug } = workbench();
    await toggleBreakpoint('src/create.ts', 11);
    await toggleBreakpoint('src/total.js', 3);
    await start('Shop');
    await debug.frame(/^create-order [0-9a-f]{8}.*Paused/i);
    await debug.frame(/^total [0-9a-f]{8}.*Paused/i);
    await debug.stop();
    await toggleBreakpoint('src/create.ts', 11);
    await toggleBreakpoint('src/total.js', 3);
  });

  it('is what F5 starts, also in a handler', async () => {
    const { editor, debug } = workbench();
    await start('File');
    await consoleSays(/"total": 200/);
    await debug.waitForEnd();
    const before = await invoked();
    await editor.open('src/total.js', 2);
    await debug.start();
    await until(async () => (await invoked()).length === before.length + 1, { what: 'an invocation' });
    assert.deepEqual(await invoked(), ['create-order', ...before]);
    await debug.waitForEnd();
  });
});

describe('F5 in handlers, turned off', function () {
  this.timeout(90_000);
  const workbench = useWorkbench({
    files: ordersApp,
    openFile: 'src/total.js',
    settings: { 'lamplight.debug.f5InHandlers': false },
  });

  it('is VS Code’s own, in whose list Lamplight stands', async () => {
    const { editor, debug, quickInput } = workbench();
    await editor.lens('Debug').waitFor();
    await editor.open('src/total.js', 2);
    await debug.start();
    await quickInput.waitForPrompt(/Select debugger/);
    await quickInput.choose('Lamplight');
    await until(async () => /✓ total succeeded/.test(await debug.console()), {
      ms: 30_000,
      what: 'the handler at the cursor to have run',
    });
    await debug.waitForEnd();
  });
});
