import assert from 'node:assert/strict';
import { lstat, mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TRANSITION_MS } from '../../../src/host/functions/functionState.ts';
import { KEPT_MS } from '../../../src/host/functions/keeping.ts';
import { createWorkspaceFunctions } from '../../../src/host/functions/workspaceFunctions.ts';
import { AwsError } from '../../../src/protocol/awsError.ts';
import { declaredFunction, newFunction, openStore, type StoreFixture } from './storeFixture.ts';
import { makeZip } from './zipFixture.ts';

describe('versions in the store', () => {
  let fixture: StoreFixture;
  beforeEach(async () => {
    fixture = await openStore();
  });
  afterEach(() => fixture.close());

  const publish = async (name = 'f', description?: string) => {
    const version = await fixture.store.versions.publish(name, { description });
    assert.ok(version);
    return version;
  };
  const numbers = (name = 'f'): string[] =>
    fixture.store.versions.list(name, 0, 100).map(({ version }) => version);

  it('freeze what $LATEST was, under a number, a revision and a description of their own', async () => {
    const { store, changes } = fixture;
    store.create(newFunction('f', { description: 'latest', memorySize: 128, tags: { a: 'b' } }), 'now');
    const before = store.get('f')!;
    changes.splice(0);
    const first = await publish('f', 'first');
    assert.equal(first.version, '1');
    assert.equal(first.description, 'first');
    assert.equal(first.state, 'Active');
    assert.equal(first.lastUpdateStatus, 'Successful');
    assert.equal(first.lastModified, before.lastModified);
    assert.deepEqual(first.tags, {});
    const latest = store.get('f')!;
    assert.equal(new Set([before.revisionId, latest.revisionId, first.revisionId]).size, 3);
    assert.deepEqual(changes, [['f', 'version']]);
    store.update('f', 'configuration', { memorySize: 512 }, 'now');
    assert.deepEqual(store.get('f', '1'), first);
    assert.equal(store.get('f')?.memorySize, 512);
    const second = await publish();
    assert.deepEqual([second.version, second.description, second.memorySize], ['2', 'latest', 512]);
    assert.deepEqual(numbers(), ['1', '2']);
  });

  it('are not made twice of the same $LATEST; an update makes it new, tags and concurrency do not', async () => {
    const { store } = fixture;
    store.create(newFunction('f'), 'now');
    const first = await publish();
    const latest = store.get('f')!;
    assert.deepEqual(await publish('f', 'another description'), first);
    assert.equal(store.get('f')?.revisionId, latest.revisionId);
    store.revise('f', { tags: { a: 'b' } });
    assert.notEqual(store.get('f')?.revisionId, latest.revisionId);
    assert.deepEqual(await publish(), first);
    store.update('f', 'configuration', {}, 'now');
    assert.equal((await publish()).version, '2');
  });

  it('never get a number again: not after their deletion, not after that of the function', async () => {
    const { store } = fixture;
    store.create(newFunction('f'), 'now');
    await publish();
    const { revisionId } = store.get('f')!;
    store.versions.delete('f', '1');
    assert.notEqual(store.get('f')?.revisionId, revisionId);
    assert.deepEqual(numbers(), []);
    assert.equal((await publish()).version, '2');
    store.delete('f');
    store.create(newFunction('f'), 'now');
    assert.equal(store.versions.current('f'), undefined);
    assert.equal((await publish()).version, '3');
    assert.deepEqual(numbers(), ['3']);
    fixture.restart();
    fixture.store.update('f', 'code', {}, 'now');
    assert.equal((await publish()).version, '4');
  });

  it('leave $LATEST as it is when an older one is deleted, or none', async () => {
    const { store } = fixture;
    store.create(newFunction('f'), 'now');
    await publish();
    store.update('f', 'code', {}, 'now');
    const second = await publish();
    const { revisionId } = store.get('f')!;
    store.versions.delete('f', '1');
    store.versions.delete('f', '1');
    store.versions.delete('f', '17');
    store.versions.delete('f', '99999999999999999999');
    assert.equal(store.get('f')?.revisionId, revisionId);
    assert.deepEqual(await publish(), second);
    assert.equal(store.get('f', '01'), undefined);
  });

  it('take what the API stores beside them along when they go', async () => {
    const { store, changes } = fixture;
    store.create(newFunction('f'), 'now');
    await publish();
    const policies = store.settings.of<string>('policy');
    policies.put('f', '1', 'of the version');
    policies.put('f', '', 'of the function');
    changes.splice(0);
    store.versions.delete('f', '1');
    assert.equal(policies.get('f', '1'), undefined);
    assert.equal(policies.get('f'), 'of the function');
    assert.deepEqual(changes, [['f', 'versionDeleted']]);
  });

  it('published with a creation or an update are Pending until that is done', async () => {
    const { store, clock } = fixture;
    store.create(newFunction('f'), 'later', undefined, {});
    const pending = store.get('f', '1')!;
    assert.equal(pending.state, 'Pending');
    assert.equal(pending.stateReasonCode, 'Creating');
    assert.equal(pending.lastUpdateStatus, undefined);
    assert.equal(store.versions.list('f', 0, 1)[0]?.state, 'Pending');
    assert.deepEqual(store.summaries()[0]?.versions, { count: 1, highest: 1, current: 1, pending: 1 });
    clock.advance(TRANSITION_MS);
    const active = store.get('f', '1')!;
    assert.equal(active.state, 'Active');
    assert.equal(active.lastUpdateStatus, 'Successful');
    assert.notEqual(active.revisionId, pending.revisionId);
    assert.equal((await publish()).version, '1');
    store.update('f', 'code', { codeSha256: 'new' }, 'later', undefined, {});
    assert.equal(store.get('f', '2')?.codeSha256, 'new');
    assert.equal(store.get('f', '2')?.state, 'Pending');
    assert.equal(store.serving('f')?.codeSha256, 'hash');
    const restarted = fixture.restart();
    assert.equal(restarted.get('f', '2')?.state, 'Active');
    assert.equal(restarted.versions.current('f')?.version, '2');
  });

  it('keep their code when the store is swept', async () => {
    const { store } = fixture;
    const { artifact } = await store.code.add(makeZip([{ name: 'old' }]));
    store.create(newFunction('f', { code: { kind: 'zip', artifact } }), 'now');
    const version = await publish();
    store.update('f', 'code', { code: { kind: 'zip', artifact: 'b'.repeat(64) } }, 'now');
    await store.sweep();
    assert.equal(await store.codeRoot(version), store.code.filesOf(artifact));
    store.versions.delete('f', '1');
    await store.sweep();
    await assert.rejects(store.codeRoot(version), /is gone/);
  });

  it('come back with a function that its workspace loses for less than 7 days, and go after that', async () => {
    const { store, clock } = fixture;
    const target = createWorkspaceFunctions(store);
    const declared = declaredFunction('f');
    target.declare(declared);
    const root = path.join(fixture.folder, 'src');
    await mkdir(root);
    await writeFile(path.join(root, 'app.js'), 'v1');
    await target.deploy('f', { kind: 'folder', root, hash: '1', size: 2 });
    await publish();
    store.aliases.put('f', { name: 'live', version: '1', description: '' });
    target.remove(declared.owner);
    assert.equal(store.get('f', '1'), undefined);
    assert.equal(await store.versions.publish('f'), undefined);
    // Somebody else uses the name for a while.
    store.create(newFunction('f'), 'now');
    assert.equal((await publish()).version, '2');
    assert.equal(store.get('f', '1'), undefined);
    store.delete('f');
    clock.advance(KEPT_MS - 1_000);
    target.declare(declared);
    assert.deepEqual(numbers(), ['1']);
    assert.equal(store.get('f', 'live')?.version, '1');
    assert.equal((await publish()).version, '1');
    store.update('f', 'code', {}, 'now');
    assert.equal((await publish()).version, '3');
    target.remove(declared.owner);
    clock.advance(KEPT_MS + 60_000);
    target.declare(declared);
    assert.deepEqual(numbers(), []);
    await store.sweep();
    assert.deepEqual(await readdir(path.join(fixture.folder, 'code')), []);
  });

  describe('of a folder of the workspace', () => {
    let root: string;
    beforeEach(async () => {
      root = path.join(fixture.folder, 'app');
      await mkdir(path.join(root, 'lib'), { recursive: true });
      await writeFile(path.join(root, 'app.js'), 'v1');
      await writeFile(path.join(root, 'lib', 'run.sh'), '#!/bin/sh', { mode: 0o755 });
    });
    const code = (more: Readonly<Record<string, unknown>> = {}) =>
      ({ kind: 'folder', root, handler: 'built/app.handler', ...more }) as const;

    it('keep a copy that nobody can change, under the hash of its files', async () => {
      const { store } = fixture;
      store.create(newFunction('f', { code: code({ libraries: ['/venv'] }) }), 'now');
      const first = await publish();
      assert.ok(first.code.kind === 'tree');
      assert.equal(first.code.handler, 'built/app.handler');
      assert.deepEqual(first.code.libraries, ['/venv']);
      assert.equal(first.codeSha256, 'hash');
      await writeFile(path.join(root, 'app.js'), 'v2');
      store.update('f', 'code', { codeSha256: 'second' }, 'now');
      const second = await publish();
      const read = async (version: typeof first): Promise<string> =>
        readFile(path.join(await store.codeRoot(version), 'app.js'), 'utf8');
      assert.equal(await read(first), 'v1');
      assert.equal(await read(second), 'v2');
      const copy = await store.codeRoot(first);
      assert.equal((await lstat(path.join(copy, 'app.js'))).mode & 0o777, 0o444);
      assert.equal((await lstat(path.join(copy, 'lib', 'run.sh'))).mode & 0o777, 0o555);
      await writeFile(path.join(root, 'app.js'), 'v1');
      store.update('f', 'code', {}, 'now');
      const third = await publish();
      assert.deepEqual(third.code, first.code);
      await rm(root, { recursive: true });
      await store.sweep();
      assert.equal(await read(first), 'v1');
      assert.equal((await readdir(path.join(fixture.folder, 'code'))).length, 2);
    });

    it('leave behind what nobody packs, and keep links', async () => {
      const write = async (file: string, content = ''): Promise<void> => {
        await mkdir(path.dirname(path.join(root, file)), { recursive: true });
        await writeFile(path.join(root, file), content);
      };
      await write('.git/HEAD');
      await write('__pycache__/app.pyc');
      await write('env/pyvenv.cfg');
      await write('env/lib/x.py');
      await write('node_modules/kept/index.js');
      await write('node_modules/mocha/index.js');
      await write(
        'node_modules/.package-lock.json',
        JSON.stringify({
          packages: { 'node_modules/kept': {}, 'node_modules/mocha': { dev: true } },
        }),
      );
      await write('.env');
      const outside = path.join(fixture.folder, 'shared');
      await mkdir(outside);
      await symlink('../shared', path.join(root, 'shared'));
      await symlink('app.js', path.join(root, 'index.js'));
      await symlink(path.join(root, 'lib'), path.join(root, 'absolute'));
      fixture.store.create(newFunction('f', { code: code() }), 'now');
      const copy = await fixture.store.codeRoot(await publish());
      assert.deepEqual((await readdir(copy, { recursive: true })).sort(), [
        '.env',
        'absolute',
        'absolute/run.sh',
        'app.js',
        'index.js',
        'lib',
        'lib/run.sh',
        'node_modules',
        'node_modules/.package-lock.json',
        'node_modules/kept',
        'node_modules/kept/index.js',
        'shared',
      ]);
      assert.equal(await readlink(path.join(copy, 'shared')), outside);
      assert.equal(await readlink(path.join(copy, 'index.js')), 'app.js');
      assert.equal(await readlink(path.join(copy, 'absolute')), 'lib');
    });

    it('are copied at the same time for two functions of one folder', async () => {
      fixture.store.create(newFunction('f', { code: code() }), 'now');
      fixture.store.create(newFunction('g', { code: code() }), 'now');
      const [first, second] = await Promise.all([publish('f'), publish('g')]);
      assert.deepEqual(first.code, second.code);
      assert.equal((await readdir(path.join(fixture.folder, 'code'))).length, 1);
    });

    it('copy the layers of the workspace too', async () => {
      const layer = path.join(fixture.folder, 'layer');
      await mkdir(layer);
      await writeFile(path.join(layer, 'shared.js'), 'old');
      const name = 'arn:aws:lambda:us-east-1:000000000000:layer:shared';
      fixture.store.layers.publish(name, {
        source: 'workspace',
        description: '',
        content: { kind: 'folder', root: layer },
        codeSha256: '',
        codeSize: 0,
      });
      const layers = [{ arn: `${name}:1`, codeSize: 0 }];
      fixture.store.create(newFunction('f', { code: code(), layers }), 'now');
      assert.deepEqual(fixture.store.layerFolders(fixture.store.get('f')!).folders, [layer]);
      const version = await publish();
      await writeFile(path.join(layer, 'shared.js'), 'new');
      const [copy = ''] = fixture.store.layerFolders(version).folders;
      assert.equal(await readFile(path.join(copy, 'shared.js'), 'utf8'), 'old');
      await fixture.store.sweep();
      assert.equal(await readFile(path.join(copy, 'shared.js'), 'utf8'), 'old');
    });

    it('are of the newest code where it changes while it is copied', async () => {
      const { store } = fixture;
      store.create(newFunction('f', { code: code() }), 'now');
      const publishing = publish();
      const newer = path.join(fixture.folder, 'newer');
      await mkdir(newer);
      await writeFile(path.join(newer, 'app.js'), 'newer');
      store.update('f', 'code', { code: { ...code(), root: newer } }, 'now');
      const version = await publishing;
      assert.equal(await readFile(path.join(await store.codeRoot(version), 'app.js'), 'utf8'), 'newer');
      assert.deepEqual(numbers(), ['1']);
    });

    it('are refused where the folder is gone, and leave nothing half copied', async () => {
      fixture.store.create(newFunction('f', { code: code() }), 'now');
      await rm(root, { recursive: true });
      await assert.rejects(
        publish(),
        (error: unknown) =>
          error instanceof AwsError && error.status === 409 && error.message.includes(`is gone from ${root}`),
      );
      assert.deepEqual(await readdir(path.join(fixture.folder, 'code')), []);
      assert.deepEqual(numbers(), []);
    });

    it('wait for a build that is pending', async () => {
      const { store } = fixture;
      store.create(newFunction('f', { code: { kind: 'none' } }), 'now');
      store.builds.begin('f');
      const publishing = publish();
      store.update('f', 'code', { code: code() }, 'now');
      store.builds.end('f');
      assert.equal((await publishing).code.kind, 'tree');
      store.create(newFunction('g', { code: { kind: 'none' } }), 'now');
      store.builds.end('g', 'a syntax error');
      await assert.rejects(publish('g'), /could not be built: a syntax error/);
    });
  });
});
