/** A folder that is opened by a symbolic link: the editor knows its files by the link, the host by where they are. */
import assert from 'node:assert/strict';
import { until } from '../helpers/until.ts';
import { ordersApp } from './ordersApp.ts';
import { ResultEditor } from './resultEditor.ts';
import { useWorkbench } from './harness/useWorkbench.ts';

describe('a folder opened through a symbolic link', function () {
  this.timeout(90_000);
  const workbench = useWorkbench({
    files: {
      ...ordersApp,
      'events/create-order/empty.json': '{}',
      'template.yaml': `${ordersApp['template.yaml']!}  Gone:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: gone, Handler: gone.handler, CodeUri: nowhere }
`,
    },
    openFile: 'src/create.ts',
    throughLink: true,
  });

  it('has the host’s problems at the files that the editor shows', async () => {
    const { page } = workbench();
    await workbench().runCommand('Lamplight: Start Host');
    await until(async () => /Lamplight :\d+/.test(await workbench().statusBarItem('Lamplight')), {
      what: 'the host',
    });
    await workbench().runCommand('Problems: Focus on Problems View');
    const rows = page.locator('.markers-panel .monaco-list-row');
    await rows.filter({ hasText: 'nowhere' }).first().waitFor();
    const file = rows.filter({ hasText: 'template.yaml' }).first();
    // A file of another folder stands there with its path.
    assert.doesNotMatch(await file.innerText(), /\//);
  });

  it('has results that lead to the files that the editor shows', async () => {
    const { editor, page } = workbench();
    await editor.open('src/create.ts', 8);
    await editor.clickLens('Invoke');
    await new ResultEditor(page, 'create-order').text(/handler \(src\/create\.ts:9:\d+\)/);
    await new ResultEditor(page, 'create-order').close();
  });

  for (const [what, file, line, text] of [
    ['built', 'src/create.ts', 9, /^if \(order\. ?quantity === undefined\)/],
    ['run as it is', 'src/total.js', 3, /^return answer;$/],
  ] as const)
    it(`stops at a breakpoint in code that is ${what}`, async () => {
      const { editor, debug } = workbench();
      await editor.open(file, line);
      await editor.toggleBreakpoint(line);
      await debug.start();
      assert.match(await debug.stoppedLine(), text);
      await editor.waitForTab(file.slice('src/'.length));
      assert.equal(
        await workbench().page.locator('.editor-group-container .tab').count(),
        what === 'built' ? 1 : 2,
      );
      await debug.stop();
      await editor.open(file, line);
      await editor.toggleBreakpoint(line);
    });
});
