/** F5: breakpoints in a TypeScript handler and in its init code, by key, lens, launch.json and from outside. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { invocation, invocations } from '../../src/client/controlCalls.ts';
import { HostClient } from '../../src/client/hostClient.ts';
import type { InvocationRecord } from '../../src/protocol/model.ts';
import { debugpyLinks, prepareDebugpy } from '../../scripts/prepare/debugpy.mjs';
import { until } from '../helpers/until.ts';
import { ordersApp } from './ordersApp.ts';
import { lambdaClient, windowHost } from './windowHost.ts';
import { ResultEditor } from './resultEditor.ts';
import { click } from './harness/click.ts';
import { useWorkbench } from './harness/useWorkbench.ts';

/** The line of a breakpoint; VS Code draws the mark of another possible one within it as a space. */
const logLine = /^console\. ?log\('the total is', total\);$/;

describe('debugging a handler', function () {
  this.timeout(120_000);
  const workbench = useWorkbench({
    files: ordersApp,
    openFile: 'src/create.ts',
    // As on a machine whose pip looks into a folder, and nowhere else.
    environment: { PIP_FIND_LINKS: debugpyLinks(), PIP_NO_INDEX: '1' },
  });
  before(() => prepareDebugpy(process.execPath));

  /** Runs with a breakpoint on a line of a file, which has the focus then. A test that fails gets a new window anyway. */
  async function withBreakpoint(file: string, line: number, run: () => Promise<void>): Promise<void> {
    const { editor } = workbench();
    const toggle = async (): Promise<void> => {
      await editor.open(file, line);
      await editor.toggleBreakpoint(line);
    };
    await toggle();
    // F5 is ours as soon as the folder has been searched.
    await lens('Debug').waitFor();
    await run();
    await toggle();
  }

  const consoleSays = (text: RegExp): Promise<true> =>
    until(async () => text.test(await workbench().debug.console()), {
      ms: 30_000,
      what: `${String(text)} in the Debug Console`,
    });

  const lens = (text: string) =>
    workbench().page.locator('.editor-group-container.active .codelens-decoration a', { hasText: text });

  /** What the host remembers of a function's latest invocation. */
  async function lastInvocation(functionName: string): Promise<InvocationRecord> {
    const client = new HostClient(await windowHost(workbench()));
    try {
      const [latest] = await invocations(client, { functionName, maxItems: 1 });
      return await invocation(client, latest!.requestId);
    } finally {
      client.close();
    }
  }

  it('stops on F5 without launch.json, reads variables, and lets the function’s timeout stand still', async () => {
    const { debug } = workbench();
    await withBreakpoint('src/create.ts', 11, async () => {
      await debug.start();
      assert.match(await debug.stoppedLine(), logLine);
      await debug.frame(/handler.*create\.ts/);
      assert.equal(await debug.variable('total'), '200');
      // More than the function's timeout of 2 s: this is what the test is about.
      await delay(2_500);
      await debug.continue();
      await consoleSays(/"total": 200/);
      await consoleSays(/REPORT RequestId/);
      await debug.waitForEnd();
      await debug.followSource(/create-order result/);
      await new ResultEditor(workbench().page, 'create-order').text(
        /✓ create-order succeeded[\s\S]*"total": 200/,
      );
      await new ResultEditor(workbench().page, 'create-order').close();
    });
    const { status, report } = await lastInvocation('create-order');
    assert.equal(status, 'success');
    assert.equal(report!.durationMs < 2_000, true);
  });

  it('restarts and stops natively, and lets nothing run on that was stopped', async () => {
    const { debug, page } = workbench();
    await withBreakpoint('src/create.ts', 11, async () => {
      await debug.start();
      assert.match(await debug.stoppedLine(), logLine);
      await click(page.locator('.debug-toolbar .codicon-debug-restart'), 'click');
      await page.locator('.debug-top-stack-frame-line').first().waitFor({ state: 'detached' });
      assert.match(await debug.stoppedLine(), logLine);
      await debug.stop();
    });
    const { log } = await lastInvocation('create-order');
    assert.doesNotMatch(log, /the total is/);
  });

  it('stops in code that runs at init', async () => {
    const { debug } = workbench();
    await withBreakpoint('src/create.ts', 6, async () => {
      await click(lens('Debug'), 'mouseup');
      assert.equal(await debug.stoppedLine(), 'const started = Object.keys(rates).length;');
      await debug.stop();
    });
  });

  it('debugs a second function while the first one stands still', async () => {
    const { debug, page } = workbench();
    await withBreakpoint('src/create.ts', 11, async () => {
      await debug.start();
      assert.match(await debug.stoppedLine(), logLine);
      await withBreakpoint('src/total.js', 3, async () => {
        await click(lens('Debug'), 'mouseup');
        await until(async () => (await debug.stoppedLine()) === 'return answer;', {
          ms: 30_000,
          what: 'the second stop',
        });
        await debug.frame(/^create-order [0-9a-f]{8}.*Paused/i);
        assert.deepEqual(await page.locator('.debug-toolbar select option').allInnerTexts(), [
          'Debug create-order',
          'Debug total',
        ]);
        // One press ends one session.
        await until(
          async () => {
            await page.keyboard.press('Shift+F5');
            return page
              .locator('.debug-toolbar')
              .waitFor({ state: 'hidden', timeout: 2_000 })
              .then(() => true);
          },
          { ms: 30_000, what: 'both sessions to end' },
        );
      });
    });
  });

  it('offers to install debugpy, and stops in Python at init and in the handler', async () => {
    const { debug, page, editor } = workbench();
    const dialog = page.locator('.monaco-dialog-box');
    // The mark of the stop before may still be drawn.
    const stopsAt = (line: string): Promise<true> =>
      until(async () => (await debug.stoppedLine()) === line, { ms: 60_000, what: `a stop at ${line}` });
    await editor.open('report/app.py', 1);
    await editor.toggleBreakpoint(1);
    await withBreakpoint('report/app.py', 6, async () => {
      await debug.start();
      await dialog.getByText('Install debugpy to debug report?').waitFor();
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await consoleSays(/report can’t be debugged without debugpy/);
      await debug.waitForEnd();
      await click(lens('Debug'), 'mouseup');
      await dialog.getByRole('button', { name: 'Install' }).click();
      assert.equal(await debug.stoppedLine(), 'rates = {"tax": 20}');
      await debug.continue();
      await debug.frame(/^lambda_handler/);
      await stopsAt('print("the total is", total)');
      assert.equal(await debug.variable('total'), '20');
      await click(page.locator('.debug-toolbar .codicon-debug-restart'), 'click');
      await stopsAt('rates = {"tax": 20}');
      await debug.continue();
      await debug.frame(/^lambda_handler/);
      await debug.continue();
      await consoleSays(/"total": 20/);
      await consoleSays(/REPORT RequestId/);
      await debug.waitForEnd();
    });
    await editor.toggleBreakpoint(1);
    const { status, log } = await lastInvocation('report');
    assert.equal(status, 'success');
    assert.match(log, /the total is 20/);
  });

  it('stays attached by launch.json and catches invocations from outside', async () => {
    const { folder, debug, quickInput } = workbench();
    const configuration = {
      type: 'lamplight',
      request: 'attach',
      name: 'Every order',
      function: 'create-order',
    };
    await mkdir(path.join(folder, '.vscode'), { recursive: true });
    await writeFile(
      path.join(folder, '.vscode/launch.json'),
      JSON.stringify({ version: '0.2.0', configurations: [configuration] }),
    );
    await until(
      async () => {
        await workbench().runCommand('Debug: Select and Start Debugging');
        await quickInput.choose('Every order', 3_000);
        return true;
      },
      { ms: 30_000, what: 'the configuration of launch.json in the list' },
    );
    await consoleSays(/Waiting for invocations of create-order/);
    const client = lambdaClient(await windowHost(workbench()));
    await withBreakpoint('src/create.ts', 11, async () => {
      for (const quantity of [5, 6]) {
        const answer = client.send(
          new InvokeCommand({ FunctionName: 'create-order', Payload: JSON.stringify({ quantity }) }),
        );
        // The marks of the stop before may still be drawn.
        await until(async () => (await debug.variable('total')) === String(quantity * 100), {
          what: `a stop with a total of ${quantity * 100}`,
        });
        assert.match(await debug.stoppedLine(), logLine);
        await debug.continue();
        const { Payload } = await answer;
        assert.match(Buffer.from(Payload!).toString(), new RegExp(`"total":${quantity * 100}`));
      }
      await debug.stop();
    });
    client.destroy();
  });
});
