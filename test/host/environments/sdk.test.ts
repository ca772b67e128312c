/** The AWS SDK that AWS's own runtimes bring: the project's, else that of Lamplight's storage, else an error that says so. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createHarness, type Harness, invoke, type Outcome } from './environmentHarness.ts';

const PYTHON = 'python3.13';
const CLIENT = '@aws-sdk/client-s3';

/** A package as the SDK's are: CommonJS, found by its main. */
const client = (from: string): Record<string, string> => ({
  [`${CLIENT}/package.json`]: `{"name":"${CLIENT}","version":"3.0.0","main":"./dist-cjs/index.js"}`,
  [`${CLIENT}/dist-cjs/index.js`]: `exports.from = ${JSON.stringify(from)};`,
});
const below = (folder: string, files: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));

const asModule = {
  'index.mjs': `import { from } from '${CLIENT}';\nexport const handler = async () => from;`,
};
const asScript = {
  'index.cjs': `const { from } = require('${CLIENT}');\nexports.handler = async () => from;`,
};
const whenCalled = {
  'index.cjs': `exports.handler = async () => (await import('${CLIENT}')).from;`,
};
const inPython = { 'index.py': 'import boto3\ndef handler(event, context):\n    return boto3.FROM' };

describe('the AWS SDK', () => {
  let storage: string;
  let harness: Harness;
  beforeEach(() => {
    storage = mkdtempSync(path.join(tmpdir(), 'lamplight-sdk-'));
    harness = createHarness({ sdkStorage: storage });
  });
  afterEach(async () => {
    await harness.close();
    rmSync(storage, { recursive: true, force: true });
  });

  const store = (files: Record<string, string>): void => {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(storage, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  };
  const storeClient = (): void => store(below('nodejs/node_modules', client('storage')));
  /** In the folder of whatever Python runs functions here. */
  const storeBoto3 = async (): Promise<void> => {
    const which = { 'index.py': 'import sys\ndef handler(event, context):\n    return sys.version_info[:2]' };
    const { result } = await run(which, PYTHON);
    store({ [`python/${(result as number[]).join('.')}/boto3/__init__.py`]: 'FROM = "storage"\n' });
  };
  const run = async (
    files: Record<string, string>,
    runtime: string,
    layers: string[] = [],
  ): Promise<Outcome> => {
    const environment = await harness.start(files, { runtime, layers });
    const outcome = await invoke(environment);
    await environment.stop('spindown');
    return outcome;
  };

  // nodejs20.x runs on the PATH's Node 20 where there is one: its hooks need a thread.
  for (const runtime of ['nodejs24.x', 'nodejs22.x', 'nodejs20.x']) {
    for (const [form, files] of [
      ['an ES module', asModule],
      ['a script', asScript],
    ] as const) {
      it(`comes from the storage for ${form} on ${runtime}`, async () => {
        storeClient();
        assert.equal((await run(files, runtime)).result, 'storage');
      });

      it(`comes from the project first for ${form} on ${runtime}`, async () => {
        storeClient();
        const project = { ...files, ...below('node_modules', client('project')) };
        assert.equal((await run(project, runtime)).result, 'project');
      });
    }
  }

  it('comes from a layer before the storage', async () => {
    storeClient();
    const layer = path.join(storage, 'layer');
    store(below('layer/nodejs/node_modules', client('layer')));
    assert.equal((await run(asScript, 'nodejs22.x', [layer])).result, 'layer');
  });

  it('comes from the storage where a script imports it late', async () => {
    storeClient();
    assert.equal((await run(whenCalled, 'nodejs24.x')).result, 'storage');
  });

  it('is all that ES modules find in the storage', async () => {
    storeClient();
    store({ 'nodejs/node_modules/other/index.js': 'exports.from = "storage";' });
    const files = { 'index.mjs': `import { from } from 'other';\nexport const handler = async () => from;` };
    const { result, phase } = await run(files, 'nodejs24.x');
    assert.match(
      (result as { errorMessage: string }).errorMessage,
      /^Cannot find package 'other' imported from /,
    );
    assert.ok(!phase.log.includes('Lamplight'));
  });

  it('is found as soon as it is there', async () => {
    const environment = await harness.start(asModule, { runtime: 'nodejs24.x' });
    assert.ok((await invoke(environment)).answer.isError);
    storeClient();
    assert.equal((await invoke(environment)).result, 'storage');
    await environment.stop('spindown');
  });

  const missing: readonly [
    what: string,
    files: Record<string, string>,
    runtime: string,
    type: string,
    message: RegExp,
  ][] = [
    [
      'an ES module',
      asModule,
      'nodejs24.x',
      'Error',
      /^Cannot find package '@aws-sdk\/client-s3' imported from \S+$/,
    ],
    [
      'a script',
      asScript,
      'nodejs22.x',
      'Runtime.ImportModuleError',
      /^Error: Cannot find module '@aws-sdk\/client-s3'\nRequire stack:\n/,
    ],
    [
      'a late import',
      whenCalled,
      'nodejs24.x',
      'Error',
      /^Cannot find package '@aws-sdk\/client-s3' imported from \S+$/,
    ],
  ];
  for (const [what, files, runtime, type, message] of missing) {
    for (const stored of [false, true]) {
      it(`is told to be missing, in the log, after the error of ${what}${stored ? ' that the storage lacks too' : ''}`, async () => {
        if (stored) store({ 'nodejs/node_modules/@aws-sdk/client-sqs/index.js': '' });
        const { result, phase, requestId } = await run(files, runtime);
        const { errorType, errorMessage } = result as { errorType: string; errorMessage: string };
        assert.equal(errorType, type);
        assert.match(errorMessage, message);
        const notice = `Cannot find package '${CLIENT}': it is neither in the project nor in Lamplight's storage. npm install it in the project, or run lamplight doctor --fix.\n`;
        assert.equal(phase.log.split(notice).length, 2, phase.log);
        assert.ok(phase.log.indexOf(notice) > phase.log.indexOf(CLIENT), 'after the error');
        assert.ok(phase.log.indexOf(notice) < phase.log.indexOf('END RequestId'));
        const record = harness.logs.find(({ text }) => text === notice);
        assert.deepEqual([record?.kind, record?.requestId], ['platform', requestId]);
      });
    }
  }

  it('is told to be missing as JSON where the log is', async () => {
    const environment = await harness.start(asModule, { logFormat: 'JSON' });
    const { phase } = await invoke(environment);
    const line = phase.log.split('\n').find(text => text.includes('lamplight.notice'));
    const { record } = JSON.parse(line ?? '{}') as { record?: { message: string } };
    assert.match(record?.message ?? '', /^Cannot find package '@aws-sdk\/client-s3': it is neither in/);
    await environment.stop('spindown');
  });

  it('comes from the storage for Python, before what the machine has', async () => {
    await storeBoto3();
    assert.equal((await run(inPython, PYTHON)).result, 'storage');
  });

  it('comes from the project and from layers first for Python', async () => {
    await storeBoto3();
    const project = { ...inPython, 'boto3/__init__.py': 'FROM = "project"' };
    assert.equal((await run(project, PYTHON)).result, 'project');
    store({ 'layer/python/boto3/__init__.py': 'FROM = "layer"' });
    assert.equal((await run(inPython, PYTHON, [path.join(storage, 'layer')])).result, 'layer');
  });

  it("comes from the project's site-packages first for Python", async () => {
    await storeBoto3();
    store({ 'venv/lib/python3/site-packages/boto3/__init__.py': 'FROM = "project"' });
    const spec = harness.spec(inPython, { runtime: PYTHON });
    assert.ok(spec.code.kind === 'folder');
    const libraries = [path.join(storage, 'venv/lib/python3/site-packages')];
    const environment = harness.environments.create({ ...spec, code: { ...spec.code, libraries } });
    await environment.init();
    assert.equal((await invoke(environment)).result, 'project');
    await environment.stop('spindown');
  });

  it('is told to be missing for Python', async () => {
    // The machine's own Python may have boto3: this takes its place and fails as a missing one does.
    const failing = { 'index.py': `raise ModuleNotFoundError("No module named 'boto3'")` };
    const { result, phase } = await run(failing, PYTHON);
    const { errorType, errorMessage } = result as { errorType: string; errorMessage: string };
    assert.equal(errorType, 'Runtime.ImportModuleError');
    assert.equal(errorMessage, "Unable to import module 'index': No module named 'boto3'");
    assert.ok(
      phase.log.includes(
        "\nCannot find package 'boto3': it is neither in the project nor in Lamplight's storage. pip install it in the project, or run lamplight doctor --fix.\nEND RequestId",
      ),
      phase.log,
    );
  });
});
