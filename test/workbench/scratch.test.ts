import { useWorkbench } from './harness/useWorkbench.ts';

describe('scratch', function () {
  this.timeout(120_000);
  const workbench = useWorkbench({
    files: {
      'src/create.ts': `interface E { n: number }\nconst seen: number[] = [];\nexport const handler = async (event: E) => {\n  const doubled = event.n * 2;\n  seen.push(doubled);\n  console.log('doubled', doubled);\n  return { doubled, seen };\n};\n`,
      'src/broken.js': `exports.handler = async event => {\n  throw new TypeError('no ' + event.what);\n};\n`,
      'py/app.py': `def lambda_handler(event, context):\n    print("hi")\n    return {"ok": True}\n`,
      'template.yaml': `AWSTemplateFormatVersion: '2010-09-09'\nTransform: AWS::Serverless-2016-10-31\nResources:\n  Create:\n    Type: AWS::Serverless::Function\n    Metadata: { BuildMethod: esbuild }\n    Properties: { FunctionName: create-order, Runtime: nodejs22.x, Handler: create.handler, CodeUri: src, MemorySize: 256 }\n  Broken:\n    Type: AWS::Serverless::Function\n    Properties: { FunctionName: broken, Runtime: nodejs22.x, Handler: broken.handler, CodeUri: src }\n  Py:\n    Type: AWS::Serverless::Function\n    Properties: { FunctionName: py, Runtime: python3.12, Handler: app.lambda_handler, CodeUri: py }\n`,
      'events/create-order/two.json': '{ "n": 21 }\n',
    },
    openFile: 'src/create.ts',
  });

  it('looks', async () => {
    const { sidebar, editor, page } = workbench();
    await sidebar.open('Lamplight');
    await sidebar.row('Functions', /create-order/).waitFor();
    await sidebar.expand('Functions', /create-order/);
    await new Promise(r => setTimeout(r, 4000));
    await workbench().screenshot('s1');
    await editor.lens(/Event/).click();
    await new Promise(r => setTimeout(r, 1500));
    await workbench().screenshot('s2');
    await page.keyboard.press('Escape');
    await editor.lens(/Invoke/).click();
    await new Promise(r => setTimeout(r, 4000));
    await workbench().screenshot('s3');
  });
});
