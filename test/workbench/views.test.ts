/** The other views and pages: layers, aliases, and what a new user is shown. */
import assert from 'node:assert/strict';
import { ordersApp } from './ordersApp.ts';
import { useWorkbench } from './harness/useWorkbench.ts';

const ARN = 'arn:aws:lambda:us-east-1:111122223333:layer:shared-by-others:4';

describe('the views beside the functions', function () {
  this.timeout(60_000);
  const workbench = useWorkbench({
    files: {
      ...ordersApp,
      'template.yaml': `${ordersApp['template.yaml']!}  Tools:
    Type: AWS::Serverless::LayerVersion
    Properties: { LayerName: tools, ContentUri: layer, CompatibleRuntimes: [nodejs22.x, nodejs24.x] }
  Layered:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: layered
      Handler: total.handler
      CodeUri: src
      Layers: [!Ref Tools, '${ARN}']
`,
      'layer/nodejs/tools.js': 'exports.tool = 1;\n',
    },
    openFile: 'src/create.ts',
    // A narrow window's walkthrough has no pictures.
    size: { width: 1800, height: 1000 },
  });

  it('shows declared layers with who uses them, and leads to their declaration', async () => {
    const { sidebar, editor, page } = workbench();
    await sidebar.open('Lamplight');
    await sidebar.unfold('Layers');
    await sidebar.row('Layers', /^Layer tools, nodejs22\.x, nodejs24\.x/).waitFor();
    await sidebar.row('Layers', /^Layer shared-by-others, .*not declared in this folder/).waitFor();
    await sidebar.expand('Layers', /^Layer tools/);
    await sidebar.expand('Layers', /^Version 1 of layer tools/);
    await sidebar.row('Layers', 'Used by function layered').waitFor();
    await sidebar.click('Layers', /^Layer tools/);
    await editor.waitForTab('template.yaml');
    await page.locator('.statusbar-item', { hasText: /Ln 16,/ }).waitFor();
  });

  it('says what aliases are as long as there are none', async () => {
    const { sidebar } = workbench();
    await sidebar.open('Lamplight');
    await sidebar.unfold('Aliases');
    assert.match(await sidebar.welcome('Aliases'), /An alias is a name for a published version/);
  });

  it('has a walkthrough whose steps do what they say', async () => {
    const { page, quickInput } = workbench();
    await workbench().runCommand('Lamplight: Get Started');
    const guide = page.locator('.gettingStartedContainer');
    const steps = guide.locator('.getting-started-step');
    await steps.first().waitFor();
    assert.equal(await steps.count(), 5);
    for (const step of await steps.all()) {
      await step.click();
      // The step's page: text and pictures of media/walkthrough.
      await guide.locator('.getting-started-media iframe, .getting-started-media webview').first().waitFor();
    }
    await steps.nth(2).click();
    await guide.locator('.monaco-button', { hasText: 'Invoke with an Event' }).click();
    await quickInput.waitForPrompt(/Choose a Function/);
  });
});
