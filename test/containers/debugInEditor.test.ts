/** F5 in the real workbench on a function that runs in a container: the same breakpoints as in a process. */
import assert from 'node:assert/strict';
import { TEST_IMAGE } from '../../scripts/prepare/dockerImage.mjs';
import { ordersApp } from '../workbench/ordersApp.ts';
import { ResultEditor } from '../workbench/resultEditor.ts';
import { useWorkbench } from '../workbench/harness/useWorkbench.ts';

describe('F5 on a function in a container', function () {
  this.timeout(180_000);
  const workbench = useWorkbench({
    files: ordersApp,
    openFile: 'src/create.ts',
    size: { width: 1600, height: 900 },
    settings: {
      'lamplight.host.engine': 'docker',
      'lamplight.docker.images': { 'nodejs22.x': TEST_IMAGE },
    },
  });

  it('stops at a breakpoint in TypeScript and reads variables', async () => {
    const { editor, debug } = workbench();
    await editor.lens('Event: two').waitFor();
    await editor.open('src/create.ts', 11);
    await editor.toggleBreakpoint(11);
    await debug.start();
    assert.match(await debug.stoppedLine(), /^console\. ?log\('the total is', total\);$/);
    assert.equal(await debug.variable('total'), '200');
    await debug.continue();
    await debug.waitForEnd();
    await editor.toggleBreakpoint(11);
  });

  it('invokes it, with a stack that leads to the source', async () => {
    const { editor, page, quickInput } = workbench();
    await editor.open('src/create.ts', 8);
    await editor.clickLens(/Event: /);
    await quickInput.waitForPrompt(/Event for create-order/);
    await quickInput.choose('Three keys and values');
    await editor.lens('Event: test/key-values').waitFor();
    await editor.clickLens('Invoke');
    await new ResultEditor(page, 'create-order').text(
      /TypeError: An order needs a quantity\n.*src\/create\.ts:9:/,
    );
  });
});
