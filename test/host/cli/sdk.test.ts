/** `lamplight doctor` and the AWS SDK, with an npm and a pip of the test's own: no network. */
import assert from 'node:assert/strict';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { useBareMachine } from './bareMachine.ts';

const template = (runtime: string): string => `Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties: { Runtime: ${runtime}, Handler: app.handler, CodeUri: code/ }
`;

/** Makes a folder for each package that it is given, notes its arguments. */
const NPM = `#!/bin/sh
echo "$@" >> "$HOME/npm.log"
for name in "$@"; do
  case "$name" in @*) /bin/mkdir -p "node_modules/$name" ;; esac
done
`;
const OFFLINE = `#!/bin/sh
echo "npm error code ENOTFOUND" >&2
echo "npm error network request to https://registry.npmjs.org/@aws-sdk%2fclient-s3 failed" >&2
exit 1
`;
/** Knows all packages but one. */
const PICKY = `#!/bin/sh
case "$*" in *client-typo*)
  echo "npm error code E404" >&2
  echo "npm error 404 Not Found - GET https://registry.npmjs.org/@aws-sdk%2fclient-typo - Not found" >&2
  echo "npm error 404  The requested resource '@aws-sdk/client-typo@*' could not be found" >&2
  exit 1 ;;
esac
${NPM}`;
/** A Python 3.13 with a pip that makes packages, and a boto3 of its own where a version is given. */
const python = (boto3 = ''): string => `#!/bin/sh
case "$*" in
  *sys.executable*) echo 3.13.1; echo "$0" ;;
  *importlib.metadata*) [ -n '${boto3}' ] && echo '${boto3}' ;;
  *"-m pip"*)
    echo "$@" >> "$HOME/pip.log"
    while [ "$1" != --target ]; do shift; done
    /bin/mkdir -p "$2/$3" ;;
esac
`;

describe('lamplight doctor and the AWS SDK', () => {
  const root = useBareMachine();
  const { doctor, program } = root;
  const workspace = async (runtime: string, file: string, source: string): Promise<void> => {
    await mkdir(path.join(root.path, 'code'), { recursive: true });
    await writeFile(path.join(root.path, 'template.yaml'), template(runtime));
    await writeFile(path.join(root.path, 'code', file), source);
  };
  const storage = (): string => path.join(root.path, 'data/lamplight/sdk');

  it('hints where no function needs it', async () => {
    await workspace('nodejs24.x', 'app.mjs', 'export const handler = async () => 1;');
    const { code, out } = await doctor();
    assert.equal(code, 0);
    assert.match(
      out,
      /^- AWS SDK for JavaScript: AWS's runtimes bring it, Lamplight's storage doesn't have it yet\. .*: lamplight doctor --fix$/m,
    );
  });

  it('wants a fix where a function imports what is nowhere, and installs it', async () => {
    await workspace(
      'nodejs24.x',
      'app.mjs',
      `import '@aws-sdk/client-kms';\nexport const handler = async () => 1;`,
    );
    await program('npm', NPM);
    const before = await doctor();
    assert.equal(before.code, 1);
    assert.match(
      before.out,
      /^✗ AWS SDK for JavaScript: Orders imports @aws-sdk\/client-kms, neither in the project nor in Lamplight's storage\. npm install it in the project, or run lamplight doctor --fix$/m,
    );
    await assert.rejects(stat(storage()), { code: 'ENOENT' }, 'looking installs nothing');

    const fixed = await doctor('--fix');
    assert.equal(fixed.code, 0, fixed.out);
    assert.match(
      fixed.err,
      /^AWS SDK for JavaScript: npm installs 13 packages into .*\/sdk\/nodejs\/node_modules$/m,
    );
    assert.match(fixed.out, /^✓ AWS SDK for JavaScript: installed 13 packages \(/m);
    const said = await readFile(path.join(root.path, 'npm.log'), 'utf8');
    assert.match(said, /^install .*@aws-sdk\/client-dynamodb .*@aws-sdk\/client-kms .*@aws-sdk\/client-s3 /);

    const after = await doctor();
    assert.equal(after.code, 0);
    assert.match(after.out, /^✓ AWS SDK for JavaScript: in Lamplight's storage \(/m);
    await doctor('--fix');
    assert.equal(await readFile(path.join(root.path, 'npm.log'), 'utf8'), said, 'nothing is left to install');
  });

  it('says what it could not get', async () => {
    const lacking = `import '@aws-sdk/client-kms';\nimport '@aws-sdk/client-typo';\nexport const handler = async () => 1;`;
    await workspace('nodejs24.x', 'app.mjs', lacking);
    const without = await doctor('--fix');
    assert.equal(without.code, 1);
    assert.match(without.out, /^✗ AWS SDK .* or try again: npm was not found on the PATH/m);
    await program('npm', OFFLINE);
    assert.match((await doctor('--fix')).out, /^✗ AWS SDK .*: npm could not reach its package registry/m);
    await program('npm', PICKY);
    const picky = await doctor('--fix');
    assert.equal(picky.code, 1);
    assert.match(picky.out, /^✗ AWS SDK .*: the npm registry has no @aws-sdk\/client-typo$/m);
    await stat(path.join(storage(), 'nodejs/node_modules/@aws-sdk/client-kms'));
  });

  it("fetches Python's with the Python that runs the functions", async () => {
    await workspace('python3.13', 'app.py', 'import boto3\ndef handler(event, context): return 1\n');
    await program('python3.13', python());
    const before = await doctor();
    assert.equal(before.code, 1);
    assert.match(
      before.out,
      /^✗ AWS SDK for Python 3\.13: Orders imports boto3, neither in .* pip install it/m,
    );
    const fixed = await doctor('--fix');
    assert.equal(fixed.code, 0, fixed.out);
    assert.match(fixed.out, /^✓ AWS SDK for Python 3\.13: installed boto3 \(.*\/sdk\/python\/3\.13\)$/m);
    const said = await readFile(path.join(root.path, 'pip.log'), 'utf8');
    assert.match(said, /^-m pip install .*--python-version 3\.13 .*--target .*\/sdk\/python\/3\.13 boto3$/m);
    assert.equal((await doctor()).code, 0);
  });

  it("tells whether the boto3 of the machine's own Python calls Lamplight", async () => {
    await workspace('python3.13', 'app.py', 'import boto3\ndef handler(event, context): return 1\n');
    await program('python3.13', python('1.26.27'));
    const old = await doctor();
    assert.equal(old.code, 1);
    assert.match(
      old.out,
      /^✗ AWS SDK .* \(boto3 1\.26\.27 of .*\/python3\.13 does not read AWS_ENDPOINT_URL: its calls would go to AWS\)/m,
    );
    await program('python3.13', python('1.28.0'));
    const recent = await doctor();
    assert.equal(recent.code, 0);
    assert.match(recent.out, /^✓ AWS SDK for Python 3\.13: .*\/python3\.13 has boto3 1\.28\.0$/m);
  });
});
