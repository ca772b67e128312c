/** What handlers leave behind is told by name; what modules hold and connections that stay open are not. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import path from 'node:path';
import type { EnvironmentSpec } from '../../../src/host/environments/environment.ts';
import { createHarness, invoke, type Harness } from './environmentHarness.ts';

/** Answers `/`, never `/never`. */
async function serve(): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    if (request.url === '/') response.end('{"ok":true}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('what a handler leaves behind', () => {
  let harness: Harness;
  let server: Server;
  let database: TcpServer;
  let url: string;

  before(async () => {
    harness = createHarness();
    ({ server, url } = await serve());
    // Answers each line: as a database's connection, it stays open.
    database = createTcpServer(socket => {
      socket.on('data', data => socket.write(data));
      socket.on('error', () => undefined);
    });
    database.listen(0, '127.0.0.1');
    await once(database, 'listening');
  });
  after(async () => {
    await harness.close();
    server.closeAllConnections();
    server.close();
    database.close();
  });

  /** What each of `events` leaves behind, in one environment. */
  async function leftBy(
    code: string | Readonly<Record<string, string>>,
    events: readonly object[],
    overrides: Partial<EnvironmentSpec> = {},
  ): Promise<(readonly string[])[]> {
    const environment = await harness.start(typeof code === 'string' ? { 'index.js': code } : code, {
      variables: { URL: url, PORT: String((database.address() as AddressInfo).port) },
      ...overrides,
    });
    const left = [];
    for (const event of events) {
      const { phase, answer } = await invoke(environment, event);
      assert.ok(!answer.isError, answer.payload.toString());
      left.push(phase.leftBehind);
    }
    await environment.stop('spindown');
    return left;
  }

  for (const runtime of ['nodejs22.x', 'nodejs24.x']) {
    describe(runtime, () => {
      it('names a timer by its time and the place where it was made, for its invocation only', async () => {
        const code = [
          'setInterval(() => {}, 60_000);',
          'const { setTimeout: sleep } = require("node:timers/promises");',
          'exports.handler = async ({ wait, promise }) => {',
          '  if (wait) new Promise(done => setTimeout(done, wait));',
          '  if (promise) void sleep(promise);',
          '  clearTimeout(setTimeout(() => {}, 5000));',
          '  setTimeout(() => {}, 5000).unref();',
          '  await new Promise(done => setTimeout(done, 2));',
          '};',
        ].join('\n');
        const left = await leftBy(code, [{}, { wait: 5000 }, {}, { promise: 300_000 }, {}], { runtime });
        const place = (line: number): RegExp =>
          new RegExp(`^Timeout (5|300) s at ${harness.folder}/code/[^/]+/index\\.js:${line}$`);
        assert.deepEqual(
          left.map(each => each.length),
          [0, 1, 0, 1, 0],
          left.flat().join(),
        );
        assert.match(left[1]?.[0] ?? '', place(4));
        assert.match(left[3]?.[0] ?? '', place(5));
      });

      it('names requests that have no answer yet, not those that are done', async () => {
        const code = `
          const http = require('node:http');
          const agent = new http.Agent({ keepAlive: true });
          const get = (path, options = {}) => new Promise((done, fail) => http.get(process.env.URL + path, { agent, ...options }, answer => {
            answer.resume().on('end', done);
          }).on('error', fail));
          exports.handler = async ({ way }) => {
            if (way === 'fetched') await (await fetch(process.env.URL)).json();
            if (way === 'kept') await get('/');
            if (way === 'closed') await get('/', { agent: new http.Agent() });
            if (way === 'fetching') fetch(process.env.URL + '/never?secret=1').catch(() => {});
            if (way === 'getting') get('/never?secret=1');
          };`;
        const ways = ['fetched', 'kept', 'closed', 'fetching', 'getting', 'kept'].map(way => ({ way }));
        assert.deepEqual(await leftBy(code, ways, { runtime }), [
          [],
          [],
          [],
          [`Request to ${url.slice('http://'.length)}`],
          [`Request GET ${url}/never`],
          [],
        ]);
      });

      it('takes a connection that stays open, and a package that keeps time for it, for no work', async () => {
        const files = {
          'index.js': `
            const { query } = require('pool');
            exports.handler = async () => await query('select 1');`,
          'node_modules/pool/index.js': `
            let socket;
            exports.query = async text => {
              socket ??= require('node:net').connect(Number(process.env.PORT), '127.0.0.1');
              socket.write(text);
              await new Promise(done => socket.once('data', done));
              setTimeout(() => socket.end(), 30_000);
            };`,
        };
        assert.deepEqual(await leftBy(files, [{}, {}], { runtime }), [[], []]);
      });

      it('names child processes', async () => {
        const code = `
          const { spawn } = require('node:child_process');
          exports.handler = async () => spawn('sleep', ['60'], { stdio: 'pipe' }).pid;`;
        const environment = await harness.start({ 'index.js': code }, { runtime });
        const { result, phase } = await invoke(environment);
        assert.deepEqual(phase.leftBehind, [`Process ${String(result)} sleep 60`]);
        await environment.stop('spindown');
      });
    });
  }

  it('finds to the source that was written', async () => {
    const map = {
      version: 3,
      sources: ['file:///src/app.ts'],
      names: [],
      // Line 2, column 1 of the built file is line 41 of the source.
      mappings: ';AAwCA',
    };
    const files = {
      'index.js': 'exports.handler = async () => {\nsetTimeout(() => {}, 1500);\n};',
      'index.js.map': JSON.stringify(map),
    };
    assert.deepEqual(await leftBy(files, [{}]), [['Timeout 1.5 s at /src/app.ts:41']]);
  });

  it('leaves the functions that make timers as they are, to whoever looks', async () => {
    const code = `
      const timers = require('node:timers');
      const { promisify } = require('node:util');
      exports.handler = async () => ({
        same: timers.setTimeout === setTimeout && timers.setInterval === setInterval,
        promise: promisify(setTimeout) === require('node:timers/promises').setTimeout,
        module: (await import('node:timers')).setTimeout === setTimeout,
        names: [setTimeout.name, setInterval.name],
        value: await promisify(setTimeout)(1, 'waited'),
        refused: (() => { try { setTimeout('text', 1); } catch (error) { return error.code; } })(),
        keys: Object.keys(globalThis).includes('setTimeout'),
      });`;
    const environment = await harness.start({ 'index.js': code });
    assert.deepEqual((await invoke(environment)).result, {
      same: true,
      promise: true,
      module: true,
      names: ['setTimeout', 'setInterval'],
      value: 'waited',
      refused: 'ERR_INVALID_ARG_TYPE',
      keys: true,
    });
    await environment.stop('spindown');
  });

  it('names threads and child processes of Python, not those that wait for work', async () => {
    const code = [
      'import subprocess, threading, time',
      'from concurrent.futures import ThreadPoolExecutor',
      'pool = ThreadPoolExecutor(2)',
      'threading.Thread(target=time.sleep, args=(60,), daemon=True).start()',
      'def work():',
      '    time.sleep(60)',
      'def handler(event, context):',
      '    if event.get("thread"): threading.Thread(target=work, name="mailer", daemon=True).start()',
      '    if event.get("pooled"): pool.submit(int).result()',
      '    if event.get("child"): return subprocess.Popen(["sleep", "60"]).pid',
    ].join('\n');
    const environment = await harness.start(
      { 'app.py': code },
      { runtime: 'python3.13', handler: 'app.handler' },
    );
    const left = [];
    let child: unknown;
    for (const event of [{}, { thread: 1 }, {}, { pooled: 1 }, { child: 1 }, {}]) {
      const { result, phase } = await invoke(environment, event);
      left.push(phase.leftBehind);
      child ??= result;
    }
    const { code: place } = environment.spec;
    const file = path.join(place.kind === 'folder' ? place.root : '', 'app.py');
    assert.deepEqual(left, [
      [],
      [`Thread mailer (work) at ${file}:5`],
      [],
      [],
      process.platform === 'linux' ? [`Process ${String(child)} sleep 60`] : [],
      [],
    ]);
    await environment.stop('spindown');
  });
});
