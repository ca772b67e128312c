/** Functions in sandboxes: what AWS shows them, at its real paths, and nothing else (issue 6; spec/execution-environment.md §5.2). */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { until } from '../../helpers/until.ts';
import { createHarness, invoke, type Harness } from './environmentHarness.ts';
import { said, withExtensions } from './extensionPrograms.ts';
import { InspectorClient } from './inspectorClient.ts';

const look = `
const fs = require('node:fs');
const attempt = work => { try { return work(); } catch (error) { return error.code; } };
exports.handler = async event => ({
  data: attempt(() => fs.readFileSync('/opt/data', 'utf8')),
  task: attempt(() => fs.writeFileSync('/var/task/made', '')),
  opt: attempt(() => fs.writeFileSync('/opt/made', '')),
  root: attempt(() => fs.writeFileSync('/made', '')),
  system: attempt(() => fs.writeFileSync('/usr/made', '')),
  sysctl: attempt(() => fs.writeFileSync('/proc/sys/kernel/hostname', 'x')),
  first: attempt(() => fs.readdirSync('/proc/1/root')),
  home: event.folders.map(folder => attempt(() => fs.readdirSync(folder))),
  shared: attempt(() => fs.readdirSync('/dev/shm')),
  tmp: attempt(() => fs.readdirSync('/tmp')),
  cwd: process.cwd(),
  file: __filename,
  program: process.execPath,
  user: [require('node:os').userInfo().username, process.getuid(), process.getgid()],
  processes: fs.readdirSync('/proc').filter(name => /^\\d+$/.test(name)).length,
  variables: Object.fromEntries(Object.entries(process.env).filter(([name]) => /^(LAMBDA_|NODE_PATH|PATH|LD_|TMP|HOME|PWD|SHLVL|_$|LAMPLIGHT)/.test(name))),
});`;

const shown = {
  data: 'of the layer',
  task: 'EROFS',
  opt: 'EROFS',
  root: 'EROFS',
  system: 'EROFS',
  sysctl: 'EROFS',
  first: 'EACCES',
  home: ['ENOENT', 'ENOENT'],
  shared: 'ENOENT',
  tmp: [],
  cwd: '/var/task',
  file: '/var/task/index.js',
  program: '/var/lang/bin/node',
  user: ['sbx_user1051', 993, 990],
  processes: 2,
  variables: {
    LAMBDA_TASK_ROOT: '/var/task',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    NODE_PATH: '/opt/nodejs/node24/node_modules:/opt/nodejs/node_modules:/var/task',
    PATH: '/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin',
    LD_LIBRARY_PATH: '/var/lang/lib:/var/task:/var/task/lib:/opt/lib',
  },
};

/** Starts what must end with the environment, one of them out of its group and without a parent. */
const family = `
const { spawn } = require('node:child_process');
const fs = require('node:fs');
exports.handler = async event => {
  fs.appendFileSync('/tmp/visits', 'x');
  if (event.kill) process.kill(process.pid, 'SIGKILL');
  if (event.start) {
    spawn('sleep', ['600'], { stdio: 'ignore' });
    const shell = spawn('sh', ['-c', 'setsid sleep 600 & exit 0'], { stdio: 'ignore' });
    await new Promise(done => shell.once('exit', done));
  }
  return fs.readFileSync('/tmp/visits', 'utf8').length;
};`;

/** Processes of this machine in one process namespace, by their states. */
function statesWithin(namespace: string): string[] {
  return readdirSync('/proc')
    .filter(pid => /^\d+$/.test(pid) && namespaceOf(pid) === namespace)
    .map(pid => readOrEmpty(() => /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1]))
    .filter(state => state !== '' && state !== 'Z')
    .sort();
}

const namespaceOf = (pid: number | string | undefined): string =>
  readOrEmpty(() => readlinkSync(`/proc/${pid}/ns/pid`));

function readOrEmpty(read: () => string | undefined): string {
  try {
    return read() ?? '';
  } catch {
    return '';
  }
}

describe('a sandbox', () => {
  let harness: Harness;
  let refusal: string | undefined;
  const rooms = (): string[] => readdirSync(path.join(harness.folder, 'state', 'environments'));

  before(async () => {
    harness = createHarness({ engine: 'sandbox', freezeAfterMs: 50 });
    const { sandbox } = await harness.environments.engines();
    if (sandbox !== 'ready') refusal = sandbox;
  });
  after(() => harness.close());

  /** Where this machine can make none, that is what has to be said. */
  function itHolds(what: string, body: () => Promise<void>): void {
    it(what, async () => {
      if (refusal === undefined) return body();
      assert.match(refusal, /--engine process/);
      await assert.rejects(harness.start({ 'index.js': look }), { message: refusal });
    });
  }

  const layer = (files: Readonly<Record<string, string>>): string => {
    const folder = path.join(harness.folder, 'layers', String(Object.keys(files)));
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files))
      writeFileSync(path.join(folder, name), text, { mode: 0o755 });
    return folder;
  };

  for (const how of ['fresh', 'ahead'] as const) {
    itHolds(`shows a function what AWS shows it, in a runtime that was started ${how}`, async () => {
      const spec = harness.spec(
        { 'index.js': look },
        {
          layers: [layer({ data: 'of the layer' })],
          ephemeralStorage: 512,
          variables: how === 'fresh' ? { TZ: 'UTC' } : {},
        },
      );
      harness.environments.warm(spec);
      if (how === 'ahead') {
        await until(() => harness.environments.startedAhead() > 0, {
          what: 'a runtime that was started ahead',
        });
      }
      const environment = harness.environments.create(spec);
      await environment.init();
      // Those that wait have no function's variables when they are born.
      const born = readFileSync(`/proc/${environment.summary.pid}/environ`, 'utf8');
      assert.equal(born.includes('[$LATEST]'), how === 'fresh');
      const { result } = await invoke(environment, {
        folders: [harness.folder, fileURLToPath(new URL('.', import.meta.url))],
      });
      assert.deepEqual(result, shown);
      assert.equal(environment.summary.engine, 'sandbox');
      await environment.stop('spindown');
    });
  }

  itHolds('has a /tmp of its size, which survives a reset and nothing else', async () => {
    const files = {
      'index.js': `
        const fs = require('node:fs');
        exports.handler = async event => {
          if (event.fill) try { fs.writeFileSync('/tmp/big', Buffer.alloc(3e6)); } catch (error) { fs.rmSync('/tmp/big'); return error.code; }
          if (event.keep) { fs.writeFileSync('/tmp/kept', 'x'); process.exit(1); }
          return fs.readdirSync('/tmp');
        };`,
    };
    const environment = await harness.start(files, { ephemeralStorage: 2 });
    assert.equal((await invoke(environment, { fill: true })).result, 'ENOSPC');
    const { result } = await invoke(environment, { keep: true });
    assert.match(JSON.stringify(result), /Runtime exited with error: exit status 1/);
    assert.deepEqual((await invoke(environment)).result, ['kept']);
    await invoke(environment, { keep: true });
    assert.deepEqual((await invoke(environment)).result, ['kept']);
    await environment.stop('spindown');
    const other = await harness.start(files, { ephemeralStorage: 2 });
    assert.deepEqual((await invoke(other)).result, []);
    await other.stop('spindown');
  });

  itHolds('freezes all that runs in it, and ends it', async () => {
    const environment = await harness.start({ 'index.js': family });
    await invoke(environment, { start: true });
    const namespace = namespaceOf(environment.summary.pid);
    assert.notEqual(namespace, namespaceOf('self'));
    // The first process and the one that waits for it stay awake: they are none of the function's.
    await until(() => statesWithin(namespace).join('') === 'STTT', { what: 'all three to stand still' });
    assert.equal((await invoke(environment)).result, 2);
    await environment.stop('spindown');
    assert.deepEqual(statesWithin(namespace), []);
  });

  itHolds('whose runtime is killed tells AWS’s error, and serves the next event', async () => {
    const environment = await harness.start({ 'index.js': family });
    await invoke(environment, { start: true });
    const namespace = namespaceOf(environment.summary.pid);
    const { answer, requestId } = await invoke(environment, { kill: true });
    assert.equal(
      answer.payload.toString(),
      `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ${requestId} Error: Runtime exited with error: signal: killed"}`,
    );
    assert.deepEqual(statesWithin(namespace), []);
    assert.equal((await invoke(environment)).result, 3);
    // From outside.
    process.kill(environment.summary.pid!, 'SIGKILL');
    await harness.nextEnd();
    await environment.stop('failure');
  });

  itHolds('keeps the memory limit, its children counted', async () => {
    const environment = await harness.start(
      {
        'index.js': `
          const { execFile } = require('node:child_process');
          exports.handler = () => new Promise(done => execFile(process.execPath, ['-e', 'const kept = []; setInterval(() => kept.push(Buffer.alloc(8e6, 1)), 5)'], done));`,
      },
      { memorySize: 256 },
    );
    assert.equal((await invoke(environment)).phase.errorType, 'Runtime.OutOfMemory');
    await environment.stop('spindown');
  });

  itHolds('runs custom runtimes and wrappers from their real paths', async () => {
    // Neither curl nor anything else is sure to be there, but for the Node that a layer brings.
    const bootstrap = `#!/bin/sh\nexec /opt/node /var/task/main.cjs "$0" "$PWD"\n`;
    const main = `
      const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation/';
      (async () => {
        for (;;) {
          const next = await fetch(api + 'next');
          await next.text();
          await fetch(api + next.headers.get('lambda-runtime-aws-request-id') + '/response', { method: 'POST', body: JSON.stringify(process.argv.slice(2)) });
        }
      })();`;
    const code = harness.spec(
      { bootstrap, 'main.cjs': main },
      { runtime: 'provided.al2023', layers: [layer({})] },
    );
    assert.ok(code.code.kind === 'folder');
    chmodSync(path.join(code.code.root, 'bootstrap'), 0o755);
    linkOrCopy(process.execPath, path.join(code.layers[0]!, 'node'));
    const custom = harness.environments.create(code);
    await custom.init();
    assert.deepEqual((await invoke(custom)).result, ['/var/task/bootstrap', '/var/task']);
    await custom.stop('spindown');
    const wrapped = await harness.start(
      {
        'index.js':
          'exports.handler = async () => [process.argv0, process.env.WRAPPED, process.env.LD_LIBRARY_PATH, process.pid];',
      },
      {
        layers: [layer({ wrap: '#!/bin/sh\nexport WRAPPED="$1"\nexec "$@"\n' })],
        variables: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrap', LD_LIBRARY_PATH: '/opt/lib' },
      },
    );
    assert.deepEqual(((await invoke(wrapped)).result as unknown[]).slice(0, 3), [
      '/var/lang/bin/node',
      '/var/lang/bin/node',
      '/opt/lib',
    ]);
    await wrapped.stop('spindown');
    const missing = harness.environments.create(
      harness.spec({ 'a.txt': '' }, { runtime: 'provided.al2023' }),
    );
    await missing.init();
    assert.match(
      JSON.stringify((await invoke(missing)).result),
      /Couldn't find valid bootstrap\(s\): \[\/var\/task\/bootstrap \/opt\/bootstrap\]/,
    );
    await missing.stop('spindown');
  });

  itHolds('runs external extensions beside the runtime, over a reset too', async () => {
    const options = withExtensions(harness, { watcher: {} });
    const files = {
      'index.js': `exports.handler = async event => { if (event.exit) process.exit(1); return require('node:fs').readFileSync('/proc/self/stat', 'utf8').split(' ')[0] === String(process.pid); };`,
    };
    const environment = await harness.start(files, options);
    assert.equal((await invoke(environment)).result, true);
    await invoke(environment, { exit: true });
    assert.equal((await invoke(environment)).result, true);
    await environment.stop('spindown');
    assert.match(String(said(harness, 'event').at(-1)?.['text']), /"eventType":"SHUTDOWN".*"spindown"/);
  });

  itHolds('runs Python, with the project’s packages and none of this machine’s', async () => {
    const packages = path.join(harness.folder, 'project', 'site-packages');
    mkdirSync(packages, { recursive: true });
    writeFileSync(path.join(packages, 'marker.py'), 'here = __file__');
    const source = `
import json, os, sys
import marker
def handler(event, context):
    return [marker.here, __file__, sys.executable.rpartition("/")[0], [p for p in sys.path if "dist-packages" in p or "/home" in p]]
`;
    const spec = harness.spec({ 'app.py': source }, { runtime: 'python3.13', handler: 'app.handler' });
    const environment = harness.environments.create({
      ...spec,
      code: {
        kind: 'folder',
        root: spec.code.kind === 'folder' ? spec.code.root : '',
        libraries: [packages],
      },
    });
    await environment.init();
    assert.deepEqual((await invoke(environment)).result, [
      '/var/lamplight/libraries/0/marker.py',
      '/var/task/app.py',
      '/var/lang/bin',
      [],
    ]);
    await environment.stop('spindown');
  });

  itHolds('is debugged by the paths that its code has in it', async () => {
    const environment = harness.environments.create(
      harness.spec({ 'index.js': 'exports.handler = async () => 42;\n' }, { debugId: 'session' }),
    );
    const waiting = harness.whenState('waiting-for-debugger');
    const init = environment.init();
    const { debug } = await waiting;
    assert.ok(debug?.language === 'node');
    assert.equal(debug.remoteRoot, '/var/task');
    assert.equal(debug.layersRoot, '/opt');
    const client = await InspectorClient.attach(debug.websocketAddress);
    await client.send('Debugger.enable');
    await client.send('Debugger.setBreakpointByUrl', {
      url: 'file:///var/task/index.js',
      lineNumber: 0,
      columnNumber: 30,
    });
    await client.send('Runtime.runIfWaitingForDebugger');
    await init;
    const paused = client.event('Debugger.paused');
    const running = invoke(environment);
    await paused;
    await client.send('Debugger.resume');
    assert.equal((await running).result, 42);
    client.close();
    await environment.stop('spindown');
  });

  itHolds('that can’t show the code says which folder is gone', async () => {
    const spec = harness.spec({ 'index.js': look });
    const root = path.join(harness.folder, 'gone');
    const environment = harness.environments.create({ ...spec, code: { kind: 'folder', root } });
    await assert.rejects(environment.init(), {
      message: new RegExp(`The code of orders is not there any more: ${root}`),
    });
  });

  for (const user of ['the user', 'a user without privileges'] as const) {
    itHolds(`of a host that is killed ends with it, run by ${user}`, async () => {
      const folder = path.join(harness.folder, user.replaceAll(' ', '-'));
      const other = user !== 'the user' && process.getuid?.() === 0;
      const spec = harness.spec({ 'index.js': family.replace('return fs', 'return process.pid; fs') });
      const { command, script } = other
        ? readableByAll(folder)
        : { command: process.execPath, script: ownScript };
      const stateDir = path.join(folder, 'state');
      mkdirSync(stateDir, { recursive: true });
      if (other) {
        chmodSync(harness.folder, 0o755);
        chownSync(stateDir, STRANGER, STRANGER);
      }
      const argument = JSON.stringify({ stateDir, spec, engine: 'sandbox' });
      const asOther = ['setpriv', `--reuid=${STRANGER}`, `--regid=${STRANGER}`, '--clear-groups'];
      const host = spawn('env', [...(other ? asOther : []), command, script, argument], {
        stdio: ['pipe', 'pipe', 'inherit'],
        env: { PATH: process.env['PATH'], HOME: stateDir },
      });
      let namespace = '';
      try {
        const exit = once(host, 'exit').then(() => [Buffer.from('{}')]);
        const [line] = (await Promise.race([once(host.stdout, 'data'), exit])) as [Buffer];
        const { pid, answer } = JSON.parse(line.toString()) as { pid: number; answer: string };
        assert.match(answer, /^\d$/, 'it counts its own processes');
        namespace = namespaceOf(pid);
        assert.notEqual(namespace, '');
      } finally {
        if (host.exitCode === null) {
          host.kill('SIGKILL');
          await once(host, 'exit');
        }
      }
      // No next start is needed for the processes.
      await until(() => statesWithin(namespace).length === 0, { what: 'the sandbox to end' });
      assert.ok(readdirSync(path.join(stateDir, 'environments')).length > 1);
      const next = createHarness({ engine: 'sandbox', stateDir });
      await next.environments.sweep();
      await next.close();
      assert.deepEqual(readdirSync(path.join(stateDir, 'environments')), []);
    });
  }

  itHolds(
    'is refused at the start of a host on a machine that forbids it, with the way to allow it',
    async () => {
      const cli = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
      const start = [
        process.execPath,
        cli,
        'start',
        '--engine',
        'sandbox',
        '--state',
        path.join(harness.folder, 'no'),
      ];
      // In a user namespace that has no further ones.
      const script = 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"';
      const host = spawn('unshare', ['--user', '--map-root-user', 'sh', '-c', script, 'sh', ...start], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const [said] = await Promise.all([text(host.stderr), once(host, 'exit')]);
      assert.match(
        said,
        /^lamplight start: No sandbox could be made: .* sudo sysctl -w user\.max_user_namespaces=15000 /m,
      );
      assert.equal(host.exitCode, 1);
    },
  );

  itHolds('leaves nothing of itself', async () => {
    await harness.environments.close();
    assert.deepEqual(
      rooms().filter(name => name !== 'processes.jsonl'),
      [],
    );
  });
});

/** Somebody who is nobody on this machine. */
const STRANGER = 54_321;
const ownScript = fileURLToPath(new URL('./hostThatDies.ts', import.meta.url));

/** The program and the sources where everybody can read them: a checkout may lie in a home folder. */
function readableByAll(folder: string): { command: string; script: string } {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  for (const part of ['src/host', 'src/protocol', 'test/host/environments/hostThatDies.ts', 'package.json']) {
    cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
  }
  const command = path.join(folder, 'node');
  linkOrCopy(process.execPath, command);
  return { command, script: path.join(folder, 'test/host/environments/hostThatDies.ts') };
}

/** A hundred megabytes, where they are on another file system. */
function linkOrCopy(file: string, place: string): void {
  try {
    linkSync(file, place);
  } catch {
    cpSync(file, place);
  }
}
