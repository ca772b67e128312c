import assert from 'node:assert/strict';
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { prepareDependencies } from '../../../scripts/prepare/dependencies.mjs';
import { repository } from '../../../scripts/prepare/progress.mjs';
import type { HostEvent } from '../../../src/protocol/control.ts';
import { assertNothingRuns } from '../../helpers/leftovers.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';
import { type Ended, run, type Running, start } from './program.ts';

const APP = `import { greeting } from './greeting.ts';
export const handler = async (event: { name: string }): Promise<string> => greeting(event.name);
`;
const greeting = (word: string): string =>
  `export const greeting = (name: string): string => \`${word}, \${name}\`;\n`;

const TEMPLATE = `Transform: AWS::Serverless-2016-10-31
Resources:
  Greet:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: greet
      Runtime: nodejs24.x
      Handler: app.handler
      CodeUri: .
    Metadata: { BuildMethod: esbuild }
`;

/** Paths below a folder. */
const tree = async (folder: string): Promise<string[]> => (await readdir(folder, { recursive: true })).sort();

describe('lamplight start on a workspace', () => {
  let root: TemporaryFolder;
  let stateDir: string;
  let host: Running;

  before(async () => {
    await prepareDependencies();
  });
  beforeEach(async () => {
    root = await temporaryFolder('workspace');
    stateDir = path.join(root.path, 'state');
  });
  afterEach(async () => {
    host.child.kill('SIGINT');
    assert.equal((await host.ended).code, 0);
    await assertNothingRuns(root.path, 4_000);
    await root.remove();
  });

  const file = (name: string): string => path.join(root.path, 'app', name);
  async function writeApp(): Promise<void> {
    await mkdir(file('.'));
    await writeFile(file('template.yaml'), TEMPLATE);
    await writeFile(file('app.ts'), APP);
    await writeFile(file('greeting.ts'), greeting('Hello'));
  }
  const invoke = (input: string): Promise<Ended> =>
    run(['invoke', 'greet', '--event', '-', '--state', stateDir], { cwd: root.path, input });

  it('serves the orders sample in all its languages', async () => {
    const folder = file('.');
    await cp(path.join(repository, 'samples/orders'), folder, { recursive: true });
    host = start(['start', 'app', '--state', stateDir], { cwd: root.path });
    await host.says(/Press Ctrl-C to stop/);
    const names = ['orders-create-order', 'orders-price-quote', 'orders-shipment-report'];
    for (const name of names)
      assert.match(host.out(), new RegExp(`^  ${name} +(nodejs|python)\\S+ +app\\.`, 'm'));
    const events = {
      'orders-create-order': ['desk-lamps', /"statusCode":201/],
      'orders-price-quote': ['one-desk-lamp', /"total":/],
      'orders-shipment-report': ['three-shipments', /"batchItemFailures": \[\]/],
    } as const;
    for (const [name, [event, answer]] of Object.entries(events)) {
      const from = path.join(folder, 'events', name, `${event}.json`);
      const invoked = await run(['invoke', name, '--event', from, '--state', stateDir], { cwd: root.path });
      assert.equal(invoked.code, 0, invoked.err);
      assert.match(invoked.out, answer);
      await host.says(new RegExp(`✓ ${name} .* ms, billed \\d+ ms, .*cold, init`));
    }
  });

  it('has the new code after a save, and the last good code after a mistake', async () => {
    await writeApp();
    host = start(['start', 'app', '--state', stateDir], { cwd: root.path });
    await host.says(/Press Ctrl-C to stop/);
    assert.equal((await invoke('{"name":"Ada"}')).out, '"Hello, Ada"\n');

    await writeFile(file('greeting.ts'), greeting('Good day'));
    await host.says(/↻ greet reloaded in \d/);
    assert.equal((await invoke('{"name":"Ada"}')).out, '"Good day, Ada"\n');

    // A stack is told in terms of the sources; the answer stays what Lambda answers.
    await writeFile(
      file('greeting.ts'),
      'export const greeting = (): string => {\n  throw new TypeError("no");\n};',
    );
    await host.says(/↻ greet reloaded in \d[^]*↻ greet reloaded in \d/);
    const thrown = await invoke('{"name":"Ada"}');
    assert.match(thrown.out, /at greeting \(\/.*\/builds\//);
    assert.match(thrown.err, /\nlamplight: TypeError: no\n {4}at greeting \(app\/greeting\.ts:2:9\)\n/);
    assert.doesNotMatch(thrown.err, /\/builds\//);

    await writeFile(file('greeting.ts'), greeting('Good day'));
    await host.says(/(?:↻ greet reloaded in \d[^]*){3}/);
    await writeFile(file('greeting.ts'), 'export const greeting = (');
    await host.says(/✗ greet was not built: .*greeting\.ts:1:\d+/);
    const stale = await invoke('{"name":"Ada"}');
    assert.equal(stale.out, '"Good day, Ada"\n');
    assert.match(stale.err, /the last good code of greet ran, it does not build: .*greeting\.ts:1:\d+/);

    await writeFile(file('greeting.ts'), greeting('Welcome back'));
    await host.says(/(?:↻ greet reloaded in \d[^]*){4}/);
    const mended = await invoke('{"name":"Ada"}');
    assert.equal(mended.out, '"Welcome back, Ada"\n');
    assert.doesNotMatch(mended.err, /does not build/);
  });

  it('tells programs the same, a JSON object a line', async () => {
    await writeApp();
    host = start(['start', 'app', '--json', '--state', stateDir], { cwd: root.path });
    await host.says(/^\{"type":"ready"/);
    await invoke('{"name":"Ada"}');
    await host.says(/"type":"invocation".*"status":"success"/);
    await writeFile(file('greeting.ts'), greeting('Good day'));
    await host.says(/"type":"reloaded"[^\n]*"first":false/);
    const events = host
      .out()
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as HostEvent | { type: 'ready' });
    assert.equal(events[0]?.type, 'ready');
    const report = events.flatMap(event =>
      event.type === 'invocation' && event.invocation.status === 'success' ? [event.invocation.report] : [],
    );
    assert.ok((report[0]?.durationMs ?? 0) > 0);
  });

  it('writes nothing into the workspace', async () => {
    await writeApp();
    const before = await tree(file('.'));
    host = start(['start', 'app', '--state', stateDir], { cwd: root.path });
    await host.says(/Press Ctrl-C to stop/);
    await invoke('{"name":"Ada"}');
    assert.deepEqual(await tree(file('.')), before);
  });
});
