/** What process mode puts in place of AWS's own world: variables, folders, layers, wrappers, custom runtimes. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createHarness, invoke, type Harness } from './environmentHarness.ts';

describe('process mode', () => {
  let harness: Harness;
  beforeEach(() => {
    harness = createHarness();
  });
  afterEach(() => harness.close());

  function folder(name: string, files: Readonly<Record<string, string>>): string {
    const root = path.join(harness.folder, name);
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
    }
    return root;
  }

  it('gives the function AWS’s variables and none of the host’s', async () => {
    process.env['AWS_PROFILE'] = 'the-users-own';
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIATHEUSERSOWN';
    process.env['LAMPLIGHT_TEST_SECRET'] = 'secret';
    try {
      const environment = await harness.start(
        { 'index.js': `exports.handler = async () => process.env;` },
        {
          variables: {
            MINE: 'value',
            LANG: 'C.UTF-8',
            AWS_REGION: 'eu-central-1',
            AWS_ENDPOINT_URL: 'http://mine',
          },
        },
      );
      const variables = (await invoke(environment)).result as Record<string, string>;
      const { code } = environment.spec;
      const root = code.kind === 'folder' ? code.root : '';
      const {
        AWS_LAMBDA_LOG_STREAM_NAME: stream,
        AWS_LAMBDA_RUNTIME_API: api,
        TMPDIR,
        PATH,
        NODE_PATH,
        LD_LIBRARY_PATH,
        LAMBDA_RUNTIME_DIR,
        ...rest
      } = variables;
      assert.deepEqual(rest, {
        _AWS_XRAY_DAEMON_ADDRESS: '169.254.100.1',
        _AWS_XRAY_DAEMON_PORT: '2000',
        _HANDLER: 'index.handler',
        AWS_ACCESS_KEY_ID: 'ASIAORDERS',
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_ENDPOINT_URL: 'http://mine',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
        AWS_LAMBDA_FUNCTION_NAME: 'orders',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/orders',
        AWS_REGION: 'us-east-1',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_SESSION_TOKEN: 'token',
        AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
        AWS_XRAY_DAEMON_ADDRESS: '169.254.100.1:2000',
        LAMBDA_TASK_ROOT: root,
        LANG: 'C.UTF-8',
        MINE: 'value',
        TZ: ':UTC',
      });
      assert.match(stream!, /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
      assert.match(api!, /^127\.0\.0\.1:\d+$/);
      assert.ok(TMPDIR!.startsWith(path.join(harness.folder, 'state')));
      assert.ok(PATH!.endsWith(':/usr/local/bin:/usr/bin:/bin'));
      assert.equal(NODE_PATH, root);
      assert.equal(LD_LIBRARY_PATH, `${root}:${root}/lib`);
      assert.ok(LAMBDA_RUNTIME_DIR);
    } finally {
      for (const name of ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'LAMPLIGHT_TEST_SECRET']) {
        Reflect.deleteProperty(process.env, name);
      }
    }
  });

  it('has the user’s own profile, and nothing that leads to the host, where that is asked for', async () => {
    const profile = {
      name: 'dev',
      configFile: '/home/me/.aws/config',
      credentialsFile: '/home/me/.aws/credentials',
    };
    const own = createHarness({ profile });
    try {
      const environment = await own.start({
        'index.js': `exports.handler = async () => process.env;`,
      });
      const variables = (await invoke(environment)).result as Record<string, string>;
      const names = ['AWS_PROFILE', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'];
      assert.deepEqual(
        names.map(name => variables[name]),
        Object.values(profile),
      );
      for (const name of [
        'AWS_ACCESS_KEY_ID',
        'AWS_SECRET_ACCESS_KEY',
        'AWS_SESSION_TOKEN',
        'AWS_ENDPOINT_URL',
      ])
        assert.equal(variables[name], undefined, name);
    } finally {
      await own.close();
    }
  });

  it('points AWS clients at the host', async () => {
    const environment = await harness.start({
      'index.js': `exports.handler = async () => process.env.AWS_ENDPOINT_URL;`,
    });
    assert.equal((await invoke(environment)).result, 'http://127.0.0.1:4566');
  });

  it('removes the folder for temporary files with the environment', async () => {
    const environment = await harness.start({
      'index.js': `exports.handler = async () => { const f = require('node:os').tmpdir() + '/f'; require('node:fs').writeFileSync(f, 'x'); return f; };`,
    });
    const file = (await invoke(environment)).result as string;
    assert.deepEqual(readdirSync(path.dirname(file)), ['f']);
    await environment.stop('spindown');
    assert.throws(() => readdirSync(path.dirname(file)), { code: 'ENOENT' });
  });

  it('lays layers over each other, read-only, and finds what is in them', async () => {
    const layers = [
      folder('one', {
        'nodejs/node_modules/shared/index.js': 'module.exports = "one"',
        'nodejs/node_modules/only/index.js': 'module.exports = "only one"',
        'bin/tool': '#!/bin/sh\necho tool',
      }),
      folder('two', {
        'nodejs/node_modules/shared/index.js': 'module.exports = "two"',
        'nodejs/node24/node_modules/versioned/index.js': 'module.exports = 24',
      }),
    ];
    const source = `exports.handler = async () => [require('shared'), require('only'), require('versioned'),
      require('node:child_process').execFileSync('tool').toString(), require.resolve('shared')];`;
    const environment = await harness.start({ 'index.js': source }, { layers });
    const [shared, only, versioned, tool, file] = (await invoke(environment)).result as string[];
    assert.deepEqual([shared, only, versioned, tool], ['two', 'only one', 24, 'tool\n']);
    assert.ok(file!.startsWith(path.join(harness.folder, 'state', 'layers')));
    const again = await harness.start({ 'index.js': source }, { layers });
    assert.equal(((await invoke(again)).result as string[])[4], file, 'one copy serves both');
    writeFileSync(
      path.join(layers[1]!, 'nodejs/node_modules/shared/index.js'),
      'module.exports = "two, changed"',
    );
    const changed = await harness.start({ 'index.js': source }, { layers });
    assert.equal(((await invoke(changed)).result as string[])[0], 'two, changed');
  });

  it('finds Python packages of layers in AWS’s order', async () => {
    const layers = [
      folder('py', { 'python/first.py': 'name = "layer"', 'python/second.py': 'name = "layer"' }),
    ];
    const environment = await harness.start(
      {
        'app.py': 'import first, second\ndef handler(e, c): return [first.name, second.name]',
        'first.py': 'name = "code"',
      },
      { runtime: 'python3.13', handler: 'app.handler', layers },
    );
    assert.deepEqual((await invoke(environment)).result, ['code', 'layer']);
  });

  for (const [what, mode, text, expected] of [
    ['runs', 0o755, '#!/bin/sh\nexport WRAPPED="$#"\nexec "$@"\n', undefined],
    ['is not there', undefined, '', 'Runtime exited with error: exit status 127'],
    ['may not run', 0o644, '#!/bin/sh\nexec "$@"\n', 'Runtime exited with error: exit status 126'],
  ] as const) {
    it(`has a wrapper script that ${what}`, async () => {
      const layer = folder('wrapper', { other: '' });
      if (mode !== undefined) {
        writeFileSync(path.join(layer, 'wrap'), text);
        chmodSync(path.join(layer, 'wrap'), mode);
      }
      const environment = await harness.start(
        { 'index.js': `exports.handler = async () => process.env.WRAPPED;` },
        { layers: [layer], variables: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrap' } },
      );
      const { result, requestId } = await invoke(environment);
      if (expected === undefined) assert.match(String(result), /^[1-9]\d*$/);
      else
        assert.equal(
          (result as { errorMessage: string }).errorMessage,
          `RequestId: ${requestId} Error: ${expected}`,
        );
    });
  }

  it('runs a custom runtime over plain HTTP', async () => {
    const spec = harness.spec(
      {
        bootstrap: `#!/bin/sh
set -eu
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while :; do
  headers="$TMPDIR/headers"
  event=$(curl -sS -L -D "$headers" "$api/next")
  id=$(grep -i Lambda-Runtime-Aws-Request-Id "$headers" | tr -d '[:space:]' | cut -d: -f2)
  echo "handling $_HANDLER"
  curl -sS -o "$TMPDIR/taken" -X POST "$api/$id/response" -d "{\\"echo\\":$event}"
  cat "$TMPDIR/taken"
done
`,
      },
      { runtime: 'provided.al2023', handler: 'anything' },
    );
    const { code } = spec;
    chmodSync(path.join(code.kind === 'folder' ? code.root : '', 'bootstrap'), 0o755);
    const environment = harness.environments.create(spec);
    await environment.init();
    for (const n of [1, 2]) {
      const { result, phase } = await invoke(environment, { n });
      assert.deepEqual(result, { echo: { n } });
      assert.match(phase.log, /\nhandling anything\n\{"status":"OK"\}\n/);
    }
  });

  it('says what is wrong with a custom runtime that has no bootstrap', async () => {
    const environment = await harness.start({}, { runtime: 'provided.al2023' });
    const { answer, requestId } = await invoke(environment);
    assert.equal(
      answer.payload.toString(),
      `{"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: ${requestId} Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"}`,
    );
  });

  it('says that a custom runtime is for another processor, and what to do', async () => {
    const spec = harness.spec({}, { runtime: 'provided.al2023' });
    const header = Buffer.alloc(64);
    header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
    header.writeUInt16LE(0xfeed, 18);
    const root = spec.code.kind === 'folder' ? spec.code.root : assert.fail('it has a folder');
    writeFileSync(path.join(root, 'bootstrap'), header, { mode: 0o755 });
    const environment = harness.environments.create(spec);
    await environment.init();
    const { answer, requestId, phase } = await invoke(environment);
    assert.equal(
      answer.payload.toString(),
      `{"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: ${requestId} Error: fork/exec /var/task/bootstrap: exec format error"}`,
    );
    assert.match(phase.log, /\nA program or native module of the function is for another processor/);
  });

  it('runs functions for another architecture, and says so once', async () => {
    const architecture = process.arch === 'arm64' ? 'x86_64' : 'arm64';
    const source = { 'index.js': `exports.handler = async () => process.arch;` };
    const environment = await harness.start(source, { architecture });
    await harness.start(source, { architecture });
    assert.equal((await invoke(environment)).result, process.arch);
    assert.equal(harness.notices.length, 1);
    assert.match(harness.notices[0]!, new RegExp(`^Functions for ${architecture} run as processes of this`));
  });

  it('begins the log with what is otherwise than on AWS', async () => {
    const environment = await harness.start(
      { 'index.js': `exports.handler = async () => 1;` },
      { notes: ['The layer x is not here.'] },
    );
    await invoke(environment);
    await harness.whenLogged('REPORT');
    const text = harness.logs.map(({ text: line }) => line).join('');
    assert.match(text, /^INIT_START [^\n]*\nThe layer x is not here\.\nSTART /);
  });

  for (const [runtime, message] of [
    ['java21', /Functions with runtime java21 do not run as a process yet: use --engine docker\./],
    ['nodejs99.x', /The runtime nodejs99\.x is not one that Lambda runs functions with today/],
  ] as const) {
    it(`refuses ${runtime} with what to do`, () => {
      assert.throws(() => harness.environments.create(harness.spec({}, { runtime })), {
        name: 'InvalidRuntimeException',
        message,
      });
    });
  }

  it('says which other version runs a function, once', async () => {
    await harness.start({ 'index.js': `exports.handler = async () => 1;` }, { runtime: 'nodejs16.x' });
    await harness.start({ 'index.js': `exports.handler = async () => 1;` }, { runtime: 'nodejs16.x' });
    assert.equal(harness.notices.length, 1);
    assert.match(
      harness.notices[0]!,
      /^Node\.js 16 was not found: functions with runtime nodejs16\.x run on Node\.js \d+\.\d+\.\d+ \(.*\)\. Install Node\.js 16/,
    );
  });
});
