import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TRANSITION_MS } from '../../../src/host/functions/functionState.ts';
import { createFunctionStore } from '../../../src/host/functions/functionStore.ts';
import { KEPT_MS } from '../../../src/host/functions/keeping.ts';
import { functionMigrations } from '../../../src/host/functions/schema.ts';
import { openDatabase } from '../../../src/host/state/database.ts';
import { StateError } from '../../../src/host/state/stateError.ts';
import { AwsError } from '../../../src/protocol/awsError.ts';
import { newFunction, openStore, type StoreFixture } from './storeFixture.ts';
import { makeZip } from './zipFixture.ts';

describe('the function store', () => {
  let fixture: StoreFixture;
  beforeEach(async () => {
    fixture = await openStore();
  });
  afterEach(() => fixture.close());

  it('creates Pending and makes Active after its time, with a revision of its own for each', () => {
    const { store, clock, changes } = fixture;
    const pending = store.create(newFunction('f'), 'later');
    assert.equal(pending.state, 'Pending');
    assert.equal(pending.stateReasonCode, 'Creating');
    assert.equal(pending.stateReason, 'The function is being created.');
    assert.equal(pending.lastUpdateStatus, undefined);
    assert.equal(pending.version, '$LATEST');
    assert.equal(pending.lastModified, clock.serviceNow());
    clock.advance(TRANSITION_MS - 1);
    assert.equal(store.get('f')?.state, 'Pending');
    clock.advance(1);
    const active = store.get('f')!;
    assert.equal(active.state, 'Active');
    assert.equal(active.lastUpdateStatus, 'Successful');
    assert.ok(!('stateReason' in active) && !('stateReasonCode' in active));
    assert.notEqual(active.revisionId, pending.revisionId);
    assert.deepEqual(changes, [
      ['f', 'state'],
      ['f', 'state'],
    ]);
    assert.throws(
      () => store.create(newFunction('f'), 'later'),
      (error: unknown) =>
        error instanceof AwsError && error.status === 409 && error.message === 'Function already exist: f',
    );
  });

  it('updates in two phases; what runs stays the old one in between', () => {
    const { store, clock, changes } = fixture;
    store.create(newFunction('f', { memorySize: 128 }), 'now');
    const before = store.get('f')!;
    changes.splice(0);
    clock.advance(1_000);
    const updating = store.update('f', 'configuration', { memorySize: 512 }, 'later');
    assert.equal(updating.state, 'Active');
    assert.equal(updating.lastUpdateStatus, 'InProgress');
    assert.equal(updating.lastUpdateStatusReason, 'The function is being created.');
    assert.equal(updating.lastUpdateStatusReasonCode, 'Creating');
    assert.equal(updating.memorySize, 512);
    assert.equal(updating.lastModified, before.lastModified + 1_000);
    assert.equal(store.get('f')?.memorySize, 512);
    assert.equal(store.serving('f')?.memorySize, 128);
    assert.deepEqual(changes, [['f', 'state']]);
    clock.advance(TRANSITION_MS);
    const done = store.get('f')!;
    assert.equal(done.lastUpdateStatus, 'Successful');
    assert.ok(!('lastUpdateStatusReason' in done));
    assert.equal(store.serving('f')?.memorySize, 512);
    assert.equal(new Set([before.revisionId, updating.revisionId, done.revisionId]).size, 3);
    assert.deepEqual(changes, [
      ['f', 'state'],
      ['f', 'configuration'],
    ]);
  });

  it('has every change in the database before it answers, and ends transitions that a crash cut off', () => {
    fixture.store.create(newFunction('created'), 'later');
    fixture.store.create(newFunction('updated'), 'now');
    fixture.store.update('updated', 'code', { codeSha256: 'new' }, 'later');
    fixture.store.create(newFunction('deleted'), 'now');
    fixture.store.delete('deleted');
    const store = fixture.restart();
    assert.deepEqual(
      store.list().map(record => [record.name, record.state, record.lastUpdateStatus]),
      [
        ['created', 'Active', 'Successful'],
        ['updated', 'Active', 'Successful'],
      ],
    );
    assert.equal(store.serving('updated')?.codeSha256, 'new');
  });

  it('tells clients what changed', () => {
    const { store, events, clock } = fixture;
    store.create(newFunction('f', { environment: { SECRET: 'value' } }), 'later');
    clock.advance(TRANSITION_MS);
    store.delete('f');
    assert.deepEqual(
      events.map(event => (event.type === 'function' ? event.function.state : event)),
      ['Pending', 'Active', { type: 'functionDeleted', name: 'f' }],
    );
    const [first] = events;
    assert.ok(first?.type === 'function');
    assert.equal(first.function.arn, 'arn:aws:lambda:us-east-1:000000000000:function:f');
    assert.deepEqual(first.function.environmentKeys, ['SECRET']);
    assert.doesNotMatch(JSON.stringify(events), /value/);
    assert.match(first.function.lastModified, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
  });

  it('stops telling a listener that has left', () => {
    let heard = 0;
    const leave = fixture.store.onChange(() => heard++);
    fixture.store.create(newFunction('f'), 'now');
    leave();
    fixture.store.delete('f');
    assert.equal(heard, 1);
  });

  it('unpacks a zip once, whole, under its hash', async () => {
    const { store } = fixture;
    const zip = makeZip([{ name: 'index.js', content: 'exports.handler = 1' }]);
    const [first, second] = await Promise.all([store.code.add(zip), store.code.add(Buffer.from(zip))]);
    assert.deepEqual(first, second);
    assert.equal(first.codeSize, zip.length);
    assert.equal(Buffer.from(first.codeSha256, 'base64').toString('hex'), first.artifact);
    const record = store.create(newFunction('f', { code: { kind: 'zip', artifact: first.artifact } }), 'now');
    const root = await store.codeRoot(record);
    assert.equal(root, path.join(fixture.folder, 'code', first.artifact, 'files'));
    assert.equal(await readFile(path.join(root, 'index.js'), 'utf8'), 'exports.handler = 1');
    assert.deepEqual(await readFile(store.code.packageOf(first.artifact)), zip);
    assert.equal((await stat(store.code.packageOf(first.artifact))).mode & 0o077, 0);
    assert.deepEqual(await readdir(path.join(fixture.folder, 'code')), [first.artifact]);
  });

  it('leaves nothing of a bad zip, and takes the good one of the same name later', async () => {
    const { store } = fixture;
    await assert.rejects(store.code.add(Buffer.from('no zip')), AwsError);
    await assert.rejects(
      store.code.add(makeZip([{ name: 'a' }, { name: 'b', content: 'x', declaredCrc: 7 }])),
      AwsError,
    );
    assert.deepEqual(await readdir(path.join(fixture.folder, 'code')), []);
  });

  it('sweeps code that nobody refers to and what a crash left half done', async () => {
    const { store } = fixture;
    const used = await store.code.add(makeZip([{ name: 'used' }]));
    const hidden = await store.code.add(makeZip([{ name: 'hidden' }]));
    const unused = await store.code.add(makeZip([{ name: 'unused' }]));
    store.create(newFunction('f', { code: { kind: 'zip', artifact: used.artifact } }), 'now');
    store.create(newFunction('g', { code: { kind: 'zip', artifact: hidden.artifact } }), 'now');
    store.hide('g');
    const half = path.join(fixture.folder, 'code', '.tmp-1234', 'files');
    await mkdir(half, { recursive: true });
    await writeFile(path.join(half, 'part'), 'x', { mode: 0o444 });
    await store.sweep();
    const left = await readdir(path.join(fixture.folder, 'code'));
    assert.deepEqual(left.sort(), [used.artifact, hidden.artifact].sort());
    assert.ok(!left.includes(unused.artifact));
  });

  it('says where code is that has gone', async () => {
    const record = fixture.store.create(
      newFunction('f', { code: { kind: 'folder', root: '/nowhere/at/all' } }),
      'now',
    );
    await assert.rejects(
      fixture.store.codeRoot(record),
      /The code of arn:.*:function:f is gone from \/nowhere/,
    );
  });

  it('ends a phase, and forgets what was hidden, as soon as the disk has room again', () => {
    let isFull = false;
    const { clock } = fixture;
    const real = openDatabase(path.join(fixture.folder, 'other.db'), clock, functionMigrations);
    const full = (): void => {
      if (isFull) throw new StateError('The disk is full.');
    };
    const store = createFunctionStore({
      database: {
        ...real,
        run: (sql, ...values) => {
          full();
          return real.run(sql, ...values);
        },
        query: <Row>(sql: string) => ({
          ...real.query<Row>(sql),
          all: (...values) => {
            full();
            return real.query<Row>(sql).all(...values);
          },
        }),
      },
      stateDir: fixture.folder,
      clock,
      accountId: '000000000000',
      region: 'us-east-1',
      publish: () => undefined,
    });
    const hidden = (): number => real.query<{ n: number }>('SELECT count(*) AS n FROM functions').get()!.n;
    store.create(newFunction('gone'), 'now');
    store.hide('gone');
    clock.advance(KEPT_MS - 1_000);
    store.create(newFunction('f'), 'later');
    isFull = true;
    clock.advance(10_000);
    assert.equal(store.get('f')?.state, 'Pending');
    assert.equal(hidden(), 2);
    isFull = false;
    clock.advance(60_000);
    assert.equal(store.get('f')?.state, 'Active');
    assert.equal(hidden(), 1);
    store.close();
    real.close();
  });
});
