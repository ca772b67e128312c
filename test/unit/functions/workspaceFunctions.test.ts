import assert from 'node:assert/strict';
import type { BuiltCode, DeploymentTarget } from '../../../src/protocol/deployment.ts';
import { KEPT_MS } from '../../../src/host/functions/keeping.ts';
import { createWorkspaceFunctions } from '../../../src/host/functions/workspaceFunctions.ts';
import { AwsError } from '../../../src/protocol/awsError.ts';
import { declaredFunction, newFunction, openStore, type StoreFixture } from './storeFixture.ts';
import { makeZip } from './zipFixture.ts';

const built = (hash: string, change: Partial<Extract<BuiltCode, { kind: 'folder' }>> = {}): BuiltCode => ({
  kind: 'folder',
  root: `/builds/${hash}`,
  hash,
  size: 42,
  ...change,
});

/** Settles now, or not. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const waiting = Symbol('waiting');
  const first = await Promise.race([
    promise.then(
      () => 'done',
      () => 'done',
    ),
    new Promise<symbol>(resolve => setImmediate(() => resolve(waiting))),
  ]);
  return first !== waiting;
}

describe('functions of the workspace', () => {
  let fixture: StoreFixture;
  let target: DeploymentTarget;
  const use = (): void => {
    target = createWorkspaceFunctions(fixture.store);
  };
  beforeEach(async () => {
    fixture = await openStore();
    use();
  });
  afterEach(() => fixture.close());

  it('are Active at once, with what the template says', async () => {
    assert.equal(target.declare(declaredFunction('orders')), undefined);
    const summary = await target.deploy('orders', built('1'));
    const record = fixture.store.get('orders')!;
    assert.equal(record.state, 'Active');
    assert.equal(record.lastUpdateStatus, 'Successful');
    assert.equal(record.memorySize, 256);
    assert.deepEqual(record.environment, { TABLE: 'orders' });
    assert.equal(record.codeSize, 42);
    assert.match(record.codeSha256, /^[A-Za-z0-9+/]{43}=$/);
    assert.equal(summary.handler, 'app.handler');
    assert.deepEqual(summary.owner, { template: '/ws/template.yaml', logicalId: 'orders' });
    assert.deepEqual(target.owned(), [{ name: 'orders', owner: summary.owner }]);
  });

  it('keep what the API changes, over restarts, until what declares them changes', () => {
    target.declare(declaredFunction('orders'));
    fixture.store.update('orders', 'configuration', { runtime: 'nodejs24.x', memorySize: 512 }, 'now');
    target.declare(declaredFunction('orders'));
    assert.equal(fixture.store.get('orders')?.memorySize, 512);
    fixture.restart();
    use();
    target.declare(declaredFunction('orders'));
    assert.deepEqual(
      [fixture.store.get('orders')?.runtime, fixture.store.get('orders')?.memorySize],
      ['nodejs24.x', 512],
    );
    const declared = { ...declaredFunction('orders'), timeout: 17 };
    target.declare(declared);
    const { runtime, memorySize, timeout } = fixture.store.get('orders')!;
    assert.deepEqual([runtime, memorySize, timeout], [declared.runtime, 256, 17]);
  });

  it('make their first invocations wait for the first build, or for its failure', async () => {
    target.declare(declaredFunction('good'));
    target.declare(declaredFunction('bad'));
    const good = fixture.store.ready('good');
    const bad = fixture.store.ready('bad');
    bad.catch(() => undefined);
    assert.equal(await isSettled(good), false);
    await target.deploy('good', built('1'));
    await good;
    assert.equal(await isSettled(bad), false);
    target.buildFailed('bad', 'src/bad.ts:3:1: expected ";"');
    await assert.rejects(bad, (error: unknown) => {
      assert.ok(error instanceof AwsError);
      assert.equal(error.code, 'ResourceConflictException');
      assert.equal(error.message, 'The function bad could not be built: src/bad.ts:3:1: expected ";"');
      return true;
    });
    await assert.rejects(fixture.store.ready('bad'));
    assert.equal(fixture.store.summary(fixture.store.get('bad')!).buildError, 'src/bad.ts:3:1: expected ";"');
  });

  it('make invocations wait while new code is on its way; a failed build keeps the last good code', async () => {
    target.declare(declaredFunction('f'));
    await target.deploy('f', built('1'));
    target.building('f');
    const waiting = fixture.store.ready('f');
    assert.equal(await isSettled(waiting), false);
    target.buildFailed('f', 'no');
    await waiting;
    assert.equal(fixture.store.buildError('f'), 'no');
    assert.equal(fixture.store.get('f')?.codeSize, 42);
    target.building('f');
    await target.deploy('f', built('2'));
    assert.equal(fixture.store.buildError('f'), undefined);
    assert.deepEqual(fixture.store.get('f')?.code, { kind: 'folder', root: '/builds/2' });
  });

  it('tell what to drain: code and configuration, and nothing when nothing changed', async () => {
    target.declare(declaredFunction('f'));
    await target.deploy('f', built('1', { handler: 'out/app.handler' }));
    fixture.changes.splice(0);
    const events = fixture.events.length;
    const before = fixture.store.get('f');
    target.declare(
      declaredFunction('f', {
        declaration: { file: '/ws/template.yaml', startLine: 9, startColumn: 0, endLine: 10, endColumn: 0 },
      }),
    );
    await target.deploy('f', built('1', { handler: 'out/app.handler' }));
    assert.deepEqual(fixture.changes, []);
    assert.equal(fixture.events.length, events);
    assert.equal(fixture.store.get('f'), before);
    target.declare(declaredFunction('f', { timeout: 20 }));
    await target.deploy('f', built('2'));
    assert.deepEqual(fixture.changes, [
      ['f', 'configuration'],
      ['f', 'code'],
    ]);
  });

  it('tell the build’s handler to the runtime and the template’s to everybody else', async () => {
    target.declare(declaredFunction('f'));
    await target.deploy('f', built('1', { handler: 'out/app.handler' }));
    const record = fixture.store.get('f')!;
    assert.equal(record.handler, 'app.handler');
    assert.deepEqual(record.code, { kind: 'folder', root: '/builds/1', handler: 'out/app.handler' });
  });

  it('never overwrite what is not theirs', () => {
    fixture.store.create(newFunction('api-made'), 'now');
    target.declare(declaredFunction('theirs'));
    const before = fixture.store.list();
    assert.match(
      target.declare(declaredFunction('api-made')) ?? '',
      /^A function named "api-made" exists already: it was created through the Lambda API\./,
    );
    assert.match(
      target.declare(
        declaredFunction('theirs', { owner: { template: '/ws/other.yaml', logicalId: 'Mine' } }),
      ) ?? '',
      /it belongs to theirs in \/ws\/template\.yaml\. It stays as it is\. Delete it, or give Mine another FunctionName\./,
    );
    target.remove({ template: '/ws/other.yaml', logicalId: 'theirs' });
    assert.deepEqual(fixture.store.list(), before);
  });

  it('are gone when their owner removes them, and come back with it within 7 days, over restarts', async () => {
    const owner = { template: '/ws/template.yaml', logicalId: 'f' };
    target.declare(declaredFunction('f'));
    await target.deploy('f', built('1'));
    const before = fixture.store.get('f')!;
    fixture.changes.splice(0);
    target.remove(owner);
    assert.equal(fixture.store.get('f'), undefined);
    assert.deepEqual(target.owned(), []);
    assert.deepEqual(fixture.changes, [['f', 'deleted']]);
    fixture.clock.advance(KEPT_MS / 2);
    fixture.restart();
    use();
    fixture.clock.advance(KEPT_MS / 2 - 1_000);
    assert.equal(fixture.store.get('f'), undefined);
    target.declare(declaredFunction('f'));
    // The same function, with its code and revision: nothing about it has changed.
    assert.deepEqual(fixture.store.get('f'), before);
    await fixture.store.ready('f');
  });

  it('are forgotten after 7 days, on time or at the next start', async () => {
    const lateComer = (name: string): void => {
      target.declare(declaredFunction(name));
      assert.deepEqual(fixture.store.get(name)?.code, { kind: 'none' }, name);
    };
    const removed = async (name: string): Promise<void> => {
      target.declare(declaredFunction(name));
      await target.deploy(name, built('1'));
      target.remove({ template: '/ws/template.yaml', logicalId: name });
    };
    return removed('running').then(async () => {
      fixture.clock.advance(KEPT_MS + 1);
      lateComer('running');
      await removed('restarted');
      fixture.clock.advance(KEPT_MS + 1);
      fixture.restart();
      use();
      lateComer('restarted');
    });
  });

  it('that were removed leave their name free, and do not take it back by force', async () => {
    const owner = { template: '/ws/template.yaml', logicalId: 'f' };
    target.declare(declaredFunction('f'));
    await target.deploy('f', built('1'));
    target.remove(owner);
    fixture.store.create(newFunction('f', { description: 'of the API' }), 'now');
    assert.match(target.declare(declaredFunction('f')) ?? '', /created through the Lambda API/);
    assert.equal(fixture.store.get('f')?.description, 'of the API');
    fixture.store.delete('f');
    assert.equal(target.declare(declaredFunction('f')), undefined);
    assert.deepEqual(fixture.store.get('f')?.code, { kind: 'folder', root: '/builds/1' });
  });

  it('that get another FunctionName are other functions', async () => {
    const owner = { template: '/ws/template.yaml', logicalId: 'Fn' };
    target.declare(declaredFunction('old', { owner }));
    await target.deploy('old', built('1'));
    target.declare(declaredFunction('new', { owner }));
    assert.deepEqual(
      fixture.store.list().map(record => record.name),
      ['new'],
    );
    target.declare(declaredFunction('old', { owner }));
    assert.deepEqual(
      fixture.store.list().map(record => [record.name, record.code.kind]),
      [['old', 'folder']],
    );
  });

  it('that the API deleted come back at the next declaration', async () => {
    target.declare(declaredFunction('f'));
    await target.deploy('f', built('1'));
    fixture.store.delete('f');
    await assert.rejects(target.deploy('f', built('2')), /has to be declared/);
    assert.equal(target.declare(declaredFunction('f')), undefined);
    await target.deploy('f', built('2'));
    assert.equal(fixture.store.get('f')?.state, 'Active');
  });

  it('that the API changed keep the change until their declaration changes', async () => {
    target.declare(declaredFunction('f'));
    await target.deploy('f', built('1'));
    fixture.store.update('f', 'configuration', { memorySize: 1_024 }, 'later');
    target.declare(declaredFunction('f'));
    assert.equal(fixture.store.get('f')?.memorySize, 1_024);
    target.declare(declaredFunction('f', { timeout: 11 }));
    assert.equal(fixture.store.get('f')?.memorySize, 256);
    assert.equal(fixture.store.get('f')?.lastUpdateStatus, 'Successful');
  });

  it('serve after a restart what they served before it; a function without code says so', async () => {
    target.declare(declaredFunction('f'));
    await target.deploy('f', built('1'));
    target.declare(declaredFunction('never-built'));
    const store = fixture.restart();
    await store.ready('f');
    assert.deepEqual(store.serving('f')?.code, { kind: 'folder', root: '/builds/1' });
    await assert.rejects(store.ready('never-built'), /has no code yet/);
    use();
    target.declare(declaredFunction('never-built'));
    assert.equal(await isSettled(store.ready('never-built')), false);
  });

  it('may come as a zip; a bad one is a failed build', async () => {
    target.declare(declaredFunction('f'));
    const zip = makeZip([{ name: 'app.js', content: '1' }]);
    await target.deploy('f', { kind: 'zip', bytes: zip });
    assert.equal(fixture.store.get('f')?.codeSize, zip.length);
    target.building('f');
    await assert.rejects(target.deploy('f', { kind: 'zip', bytes: Buffer.from('x') }), AwsError);
    await fixture.store.ready('f');
    assert.match(fixture.store.buildError('f') ?? '', /^Could not unzip uploaded file/);
    assert.equal(fixture.store.get('f')?.codeSize, zip.length);
  });

  it('may be images', async () => {
    target.declare(
      declaredFunction('img', {
        packageType: 'Image',
        code: { kind: 'image', imageConfig: { command: ['app.handler'] } },
      }),
    );
    await target.deploy('img', { kind: 'image', imageUri: 'img:latest', hash: 'sha256:1' });
    const record = fixture.store.get('img')!;
    assert.deepEqual(record.code, { kind: 'image', imageUri: 'img:latest' });
    assert.deepEqual(record.imageConfig, { command: ['app.handler'] });
  });

  it('let everybody go who waits for a function that is removed', async () => {
    target.declare(declaredFunction('f'));
    const waiting = fixture.store.ready('f');
    target.remove({ template: '/ws/template.yaml', logicalId: 'f' });
    await waiting;
  });

  it('lose what their template does not say any more', async () => {
    target.declare(declaredFunction('f'));
    await target.deploy('f', built('1'));
    const { runtime: _runtime, handler: _handler, ...rest } = declaredFunction('f', { packageType: 'Image' });
    target.declare({ ...rest, code: { kind: 'image', imageConfig: { command: ['app.handler'] } } });
    const image = fixture.store.get('f')!;
    assert.ok(!('runtime' in image) && !('handler' in image), JSON.stringify(image));
    target.declare({ ...rest, code: { kind: 'image' } });
    assert.ok(!('imageConfig' in fixture.store.get('f')!));
    assert.ok(!('imageConfig' in fixture.restart().get('f')!));
  });

  it('do not keep a function waiting that came over the API under the name of one', async () => {
    target.declare(declaredFunction('f'));
    await target.deploy('f', built('1'));
    fixture.store.delete('f');
    fixture.store.create(newFunction('f'), 'now');
    target.building('f');
    await fixture.store.ready('f');
    target.buildFailed('f', 'not its build');
    assert.equal(fixture.store.buildError('f'), undefined);
  });
});
