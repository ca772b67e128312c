import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { GetFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { invocation, sync } from '../../../src/client/controlCalls.ts';
import { HostClient } from '../../../src/client/hostClient.ts';
import { invoke as invokeAs } from '../../../src/client/invoke.ts';
import type { HostEvent } from '../../../src/protocol/control.ts';
import { startTestHost, type TestHost } from '../../helpers/testHost.ts';
import { until } from '../../helpers/until.ts';

const run = promisify(execFile);

const resource = (id: string, runtime: string, handler: string, more = ''): string =>
  `  ${id}:\n    Type: AWS::Serverless::Function\n    Properties: { FunctionName: ${id.toLowerCase()}, CodeUri: ${id.toLowerCase()}, Runtime: ${runtime}, Handler: ${handler}${more} }\n`;
const template = (...resources: string[]): string =>
  `Transform: AWS::Serverless-2016-10-31\nResources:\n${resources.join('')}`;

const all = template(
  resource('Ts', 'nodejs24.x', 'app.handler'),
  resource('Esm', 'nodejs24.x', 'src/app.handler'),
  resource('Js', 'nodejs24.x', 'app.handler'),
  resource('Py', 'python3.13', 'app.handler'),
);

const files = {
  'template.yaml': all,
  'ts/app.ts':
    'import { value } from "./value";\nexport const handler = async (): Promise<string> => value;\n',
  'ts/value.ts': 'export const value: string = "0";\n',
  'esm/package.json': '{ "type": "module" }',
  'esm/src/app.ts': 'const value = await Promise.resolve("0");\nexport const handler = async () => value;\n',
  'js/app.js': 'const { value } = require("./value");\nexports.handler = async () => value;\n',
  'js/value.js': 'exports.value = "0";\n',
  'py/app.py': 'import value\ndef handler(event, context):\n    return value.value\n',
  'py/value.py': 'value = "0"\n',
};

/** Function → the file that holds its answer, and how that is written. */
const answers: Readonly<Record<string, readonly [file: string, content: (value: string) => string]>> = {
  ts: ['ts/value.ts', value => `export const value: string = "${value}";\n`],
  esm: [
    'esm/src/app.ts',
    value => `const value = await Promise.resolve("${value}");\nexport const handler = async () => value;\n`,
  ],
  js: ['js/value.js', value => `exports.value = "${value}";\n`],
  py: ['py/value.py', value => `value = "${value}"\n`],
};

describe('the workspace in a real host', function () {
  this.timeout(60_000);
  let host: TestHost;
  let client: HostClient;

  const invoke = async (name: string): Promise<string> => {
    const { Payload, FunctionError } = await host.client.send(new InvokeCommand({ FunctionName: name }));
    const text = Buffer.from(Payload ?? []).toString();
    return FunctionError === undefined ? String(JSON.parse(text)) : text;
  };
  const file = (name: string): string => path.join(host.workspace!, name);
  const save = (name: string, content: string): void => {
    mkdirSync(path.dirname(file(name)), { recursive: true });
    writeFileSync(file(name), content);
  };
  const events = (): HostEvent[] => host.messages() as HostEvent[];
  const start = async (options: Parameters<typeof startTestHost>[0]): Promise<void> => {
    host = await startTestHost(options);
    client = new HostClient(host.ready);
  };

  afterEach(function () {
    if (this.currentTest?.state === 'failed') console.log(host.output().slice(-4_000));
  });
  afterEach(async () => {
    client.close();
    await host.stop();
  });

  it('the first invocations wait for the first builds, in every language', async () => {
    await start({ files });
    for (const name of Object.keys(answers)) assert.equal(await invoke(name), '0', name);
    assert.deepEqual(readdirSync(host.workspace!).sort(), ['esm', 'js', 'py', 'template.yaml', 'ts']);
    assert.deepEqual(readdirSync(file('ts')).sort(), ['app.ts', 'value.ts']);
    assert.deepEqual(readdirSync(file('py')).sort(), ['app.py', 'value.py']);
  });

  it('after a save and a sync no invocation ever sees the old code', async () => {
    await start({ files });
    for (const [name, [target, content]] of Object.entries(answers)) {
      for (let count = 1; count <= 8; count += 1) {
        save(target, content(`${name} ${count}`));
        await sync(client, [file(target)]);
        assert.equal(await invoke(name), `${name} ${count}`);
      }
    }
  });

  it('a mistake keeps the last good code, and is told to who watches; the first code that fails is told to who invokes', async () => {
    await start({ files: { ...files, 'ts/value.ts': 'export const value = (' } });
    await assert.rejects(invoke('ts'), /doesn't build[^]*value\.ts:1:\d+/);
    save('ts/value.ts', 'export const value = "good";\n');
    await sync(client, [file('ts/value.ts')]);
    assert.equal(await invoke('ts'), 'good');
    save('ts/value.ts', 'export const value = (');
    await sync(client, [file('ts/value.ts')]);
    const answer = await invokeAs(client, {
      functionName: 'ts',
      payload: Buffer.from('{}'),
      tail: true,
      client: 'editor',
    });
    assert.equal(answer.payload.toString(), '"good"');
    assert.match(answer.buildError ?? '', /value\.ts:1:\d+/);
    const { source, buildError } = await invocation(client, answer.requestId);
    assert.equal(source, 'editor');
    assert.match(buildError ?? '', /value\.ts:1:\d+/);
    // What the host prints is a few milliseconds behind what it answers.
    const problems = await until(
      () => {
        const last = events().findLast(event => event.type === 'problems');
        return last?.type === 'problems' && last.problems.length > 0 ? last.problems : undefined;
      },
      { what: 'the problem' },
    );
    assert.deepEqual(
      problems.map(problem => [problem.file, problem.startLine, problem.functionName]),
      [[file('ts/value.ts'), 0, 'ts']],
    );
  });

  it('what was saved while the host was down is what the next host serves', async () => {
    await start({ files });
    assert.equal(await invoke('ts'), '0');
    client.close();
    await host.stop({ keep: true });
    for (const [target, content] of Object.values(answers)) save(target, content('new'));
    await start({ files, root: host.root });
    for (const name of Object.keys(answers)) assert.equal(await invoke(name), 'new', name);
  });

  it("a function that the template loses for 10 s is gone; while the template doesn't parse, nothing is", async () => {
    await start({ files });
    const get = (name: string): Promise<unknown> =>
      host.client.send(new GetFunctionCommand({ FunctionName: name }));
    save('template.yaml', `${all}  Broken: [\n`);
    await sync(client, [file('template.yaml')]);
    assert.equal(await invoke('py'), '0');
    save('template.yaml', all.slice(0, all.indexOf('  Py:')));
    const started = performance.now();
    await sync(client, [file('template.yaml')]);
    assert.equal(await invoke('py'), '0');
    await until(
      () =>
        get('py').then(
          () => false,
          (error: unknown) => (error as Error).name === 'ResourceNotFoundException',
        ),
      {
        what: 'the end of the function py',
        ms: 15_000,
      },
    );
    assert.ok(performance.now() - started > 9_900);
    assert.equal(await invoke('ts'), '0');
    save('template.yaml', all);
    await sync(client, [file('template.yaml')]);
    assert.equal(await invoke('py'), '0');
  });

  it("Python finds the packages of the workspace's virtual environment", async () => {
    await start({
      files: {
        'app.py': 'import greeting\ndef lambda_handler(event, context):\n    return greeting.WORD\n',
        '.python-version': '3.13\n',
      },
    });
    const [name = ''] = events().flatMap(event => (event.type === 'reloaded' ? [event.functionName] : []));
    const functionName = name === '' ? path.basename(host.workspace!) : name;
    assert.match(await invoke(functionName), /No module named 'greeting'/);
    await run('python3', ['-m', 'venv', '--without-pip', file('.venv')]);
    const [version = ''] = readdirSync(file('.venv/lib'));
    save(`.venv/lib/${version}/site-packages/greeting.py`, 'WORD = "from the environment"\n');
    save(
      'app.py',
      'import greeting\ndef lambda_handler(event, context):\n    return "It is " + greeting.WORD\n',
    );
    await sync(client, [file('app.py')]);
    assert.equal(await invoke(functionName), 'It is from the environment');
  });

  it('a folder with one file works at once, and files that come and go are followed', async () => {
    await start({ files: { 'hello.mjs': 'export const handler = async () => "hello";\n' } });
    assert.equal(await invoke('hello'), 'hello');
    save('functions/bye.ts', 'export const handler = async () => "bye";\n');
    await sync(client, [file('functions/bye.ts')]);
    assert.equal(await invoke('bye'), 'bye');
    await rm(file('hello.mjs'));
    assert.equal(await invoke('bye'), 'bye');
  });
});
