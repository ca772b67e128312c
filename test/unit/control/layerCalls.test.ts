import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { layerCalls } from '../../../src/host/control/layerCalls.ts';
import { createLayerActions } from '../../../src/host/functions/layers/layerActions.ts';
import { createWorkspaceFunctions } from '../../../src/host/functions/workspaceFunctions.ts';
import type { ServiceRequest } from '../../../src/host/gateway/service.ts';
import { zipOf } from '../../helpers/zip.ts';
import { openStore, type StoreFixture } from '../functions/storeFixture.ts';

const FOREIGN = 'arn:aws:lambda:us-east-1:017000801446:layer:Tools:7';
const DEPS = 'arn:aws:lambda:us-east-1:000000000000:layer:deps:1';

describe('calls of the control service about layers', () => {
  let fixture: StoreFixture;
  let zip: string;
  let root: string;

  beforeEach(async () => {
    fixture = await openStore();
    zip = path.join(fixture.folder, 'tools.zip');
    await writeFile(zip, await zipOf({ 'python/tools.py': 'one = 1', 'python/lib/x': 'x', 'bin/a': 'a' }));
    root = path.join(fixture.folder, 'deps');
    await mkdir(path.join(root, 'nodejs'), { recursive: true });
    await writeFile(path.join(root, 'nodejs/index.js'), 'now');
  });
  afterEach(() => fixture.close());

  async function call(
    method: string,
    name: string,
    input: { readonly query?: Readonly<Record<string, string>>; readonly body?: object } = {},
  ): Promise<{ readonly bytes: Buffer; readonly json: unknown }> {
    const pathname = `/lamplight/layers${name}`;
    const [, , answer] =
      layerCalls(createLayerActions(fixture.store)).find(
        ([itsMethod, pattern]) => itsMethod === method && pattern.test(pathname),
      ) ?? assert.fail(`no ${method} ${pathname}`);
    const { status, headers, body } = await answer({
      query: new URLSearchParams(input.query),
      body: Buffer.from(JSON.stringify(input.body ?? {})),
    } as ServiceRequest);
    assert.equal(status, 200);
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : '');
    const isJson = headers?.['content-type'] === 'application/json';
    return { bytes, json: isJson ? (JSON.parse(bytes.toString()) as unknown) : undefined };
  }
  const importing = (body: object): Promise<unknown> =>
    call('POST', '/import', { body }).then(({ json }) => json);
  const folder = (arn: string, name = ''): Promise<unknown> =>
    call('GET', '/folder', { query: { Arn: arn, Path: name } }).then(({ json }) => json);
  const file = (arn: string, name: string): Promise<string> =>
    call('GET', '/file', { query: { Arn: arn, Path: name } }).then(({ bytes }) => bytes.toString());

  /** The layer of a template. */
  function declare(): void {
    createWorkspaceFunctions(fixture.store).declareLayer({
      owner: { template: '/ws/template.yaml', logicalId: 'Deps' },
      name: 'deps',
      root,
      description: 'shared',
      compatibleRuntimes: ['nodejs24.x'],
      declaration: { file: '/ws/template.yaml', startLine: 0, startColumn: 0, endLine: 0, endColumn: 0 },
    });
  }

  it('import a zip or a folder under somebody else’s ARN, again in its place', async () => {
    const imported = await importing({ arn: FOREIGN, path: zip, description: 'theirs' });
    const { codeSize, ...rest } = imported as { codeSize: number };
    assert.ok(codeSize > 0);
    assert.deepEqual(rest, {
      arn: FOREIGN,
      name: 'Tools',
      version: 7,
      source: 'imported',
      description: 'theirs',
      compatibleRuntimes: [],
      compatibleArchitectures: [],
      createdDate: '2026-11-22T12:00:00.000+0000',
    });
    assert.deepEqual(await call('GET', '').then(({ json }) => json), { Layers: [imported] });
    assert.equal(await file(FOREIGN, 'python/tools.py'), 'one = 1');
    await importing({ arn: FOREIGN, path: root });
    assert.equal(await file(FOREIGN, 'nodejs/index.js'), 'now');
    await writeFile(path.join(root, 'nodejs/index.js'), 'later');
    assert.equal(await file(FOREIGN, 'nodejs/index.js'), 'now', 'it was read once');
  });

  it('refuse to import what is none, and in the place of what was made here', async () => {
    const refused = (body: object, words: RegExp): Promise<void> => assert.rejects(importing(body), words);
    await refused({ arn: FOREIGN.slice(0, -2), path: zip }, /is not the ARN of a layer version: arn:aws:/);
    await refused({ arn: 'Tools', path: zip }, /is not the ARN of a layer version/);
    await refused({ arn: FOREIGN, path: path.join(fixture.folder, 'none') }, /There is nothing at .*none\./);
    await refused({ arn: FOREIGN, path: 'tools.zip' }, /path must be absolute/);
    await refused({ arn: FOREIGN }, /path: /);
    await refused({ arn: FOREIGN, path: zip, description: 'x'.repeat(257) }, /description: /);
    await writeFile(zip, 'no zip');
    await refused({ arn: FOREIGN, path: zip }, /Could not unzip/);
    declare();
    await refused({ arn: DEPS, path: root }, /deps:1 was made here \(workspace\)/);
    assert.equal(fixture.store.layers.find(FOREIGN), undefined);
  });

  it('show what lies in a layer, folder by folder', async () => {
    declare();
    await symlink('nodejs', path.join(root, 'link'));
    await writeFile(path.join(root, 'a.txt'), 'abc');
    assert.deepEqual(await folder(DEPS), {
      entries: [
        { name: 'nodejs', kind: 'folder' },
        { name: 'a.txt', kind: 'file', size: 3 },
        { name: 'link', kind: 'link', target: 'nodejs' },
      ],
      truncated: false,
    });
    assert.deepEqual(await folder(DEPS, 'link'), {
      entries: [{ name: 'index.js', kind: 'file', size: 3 }],
      truncated: false,
    });
    assert.equal(await file(DEPS, 'link/index.js'), 'now');
  });

  it('never show what lies outside', async () => {
    declare();
    await writeFile(path.join(fixture.folder, 'secret'), 'secret');
    await symlink('../secret', path.join(root, 'out'));
    await symlink('..', path.join(root, 'up'));
    for (const name of ['../secret', 'nodejs/../../secret', '/etc/passwd', 'out', 'up/secret', 'a\0b'])
      await assert.rejects(file(DEPS, name), { code: 'ValidationException' }, name);
    await assert.rejects(folder(DEPS, 'up'), { code: 'ValidationException' });
  });

  it('say what is not there, and what is too large to be looked at', async () => {
    declare();
    await assert.rejects(folder(FOREIGN), { code: 'ResourceNotFoundException' });
    await assert.rejects(folder(DEPS, 'none'), { message: 'There is no none in the layer.' });
    await assert.rejects(folder(DEPS, 'nodejs/index.js'), { code: 'ResourceNotFoundException' });
    await assert.rejects(file(DEPS, 'nodejs'), { message: 'nodejs is not a file.' });
    await assert.rejects(file(DEPS, ''), { message: 'Path is missing.' });
    await writeFile(path.join(root, 'big'), Buffer.alloc(16 * 1024 * 1024 + 1));
    await assert.rejects(file(DEPS, 'big'), { code: 'RequestEntityTooLargeException', status: 413 });
  });

  it('publish what the layer of a template has now, as a version that stays', async () => {
    declare();
    const { json } = await call('POST', '/publish', { body: { arn: DEPS } });
    const { arn, source, description, compatibleRuntimes } = json as Record<string, unknown>;
    assert.deepEqual(
      [arn, source, description, compatibleRuntimes],
      [DEPS.replace(/1$/, '2'), 'published', 'shared', ['nodejs24.x']],
    );
    await writeFile(path.join(root, 'nodejs/index.js'), 'later');
    assert.equal(await file(String(arn), 'nodejs/index.js'), 'now');
    assert.equal(await file(DEPS, 'nodejs/index.js'), 'later');
    await assert.rejects(call('POST', '/publish', { body: { arn } }), /is no template's/);
  });

  it('publish a zip or a folder of this machine as the next version of a layer', async () => {
    const publish = (body: object): Promise<unknown> =>
      call('POST', '/publish', { body }).then(({ json }) => json);
    const first = await publish({
      name: 'tools',
      path: zip,
      description: 'mine',
      compatibleRuntimes: ['python3.13'],
    });
    const { arn, version, source, compatibleRuntimes } = first as Record<string, unknown>;
    const own = 'arn:aws:lambda:us-east-1:000000000000:layer:tools';
    assert.deepEqual(
      [arn, version, source, compatibleRuntimes],
      [`${own}:1`, 1, 'published', ['python3.13']],
    );
    await publish({ name: 'tools', path: root });
    assert.equal(await file(`${own}:1`, 'python/tools.py'), 'one = 1');
    assert.equal(await file(`${own}:2`, 'nodejs/index.js'), 'now');
    const refused = (body: object, words: RegExp): Promise<void> => assert.rejects(publish(body), words);
    await refused({ name: 'a b', path: zip }, /name: 1 to 140 letters/);
    await refused({ name: 'x'.repeat(141), path: zip }, /name: 1 to 140 letters/);
    await refused({ name: 'tools', path: 'tools.zip' }, /path must be absolute/);
    await refused({ name: 'tools', path: zip, compatibleRuntimes: ['node'] }, /Lambda has no runtime node\./);
    await refused({ name: 'tools', path: path.join(fixture.folder, 'none') }, /There is nothing at/);
    await refused({ path: zip }, /name: /);
  });

  it('publish nothing for whoever has left', async () => {
    const actions = createLayerActions(fixture.store);
    const left = AbortSignal.abort();
    await assert.rejects(actions.publish({ name: 'tools', path: zip }, left), { name: 'AbortError' });
    await assert.rejects(actions.publish({ name: 'tools', path: root }, left), { name: 'AbortError' });
    await assert.rejects(actions.import({ arn: FOREIGN, path: root }, left), { name: 'AbortError' });
    assert.deepEqual(actions.list(), []);
  });

  it('delete a version so that it can be restored as it was, and its number is not given twice', async () => {
    const change = (action: string, arn: string): Promise<unknown> =>
      call('POST', action, { body: { arn } }).then(({ json }) => json);
    const { json: first } = await call('POST', '/publish', { body: { name: 'tools', path: zip } });
    const { arn } = first as { readonly arn: string };
    await importing({ arn: FOREIGN, path: zip });
    for (const each of [arn, FOREIGN]) {
      await change('/delete', each);
      assert.equal(fixture.store.layers.find(each), undefined);
      await assert.rejects(file(each, 'bin/a'), { code: 'ResourceNotFoundException' });
    }
    const { json: second } = await call('POST', '/publish', { body: { name: 'tools', path: root } });
    assert.equal((second as { readonly version: number }).version, 2);
    assert.deepEqual(await change('/restore', arn), first);
    await change('/restore', FOREIGN);
    assert.equal(await file(arn, 'bin/a'), 'a');
    assert.equal(await file(FOREIGN, 'bin/a'), 'a');
    await assert.rejects(change('/restore', arn), /can't be restored/);
    await assert.rejects(change('/delete', arn.replace(/1$/, '9')), { code: 'ResourceNotFoundException' });
    declare();
    await assert.rejects(change('/delete', DEPS), /is a template's: it goes when \/ws\/template\.yaml/);
  });
});
