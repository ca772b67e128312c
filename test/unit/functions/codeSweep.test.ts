import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { zipOf } from '../../helpers/zip.ts';
import { until } from '../../helpers/until.ts';
import type { Artifact } from '../../../src/host/functions/codeStore.ts';
import { newFunction, openStore, type StoreFixture } from './storeFixture.ts';

const TEN_MINUTES = 10 * 60_000;

describe('code that nothing needs any more', () => {
  let fixture: StoreFixture;
  beforeEach(async () => {
    fixture = await openStore();
  });
  afterEach(() => fixture.close());

  /** Equal texts make equal zips: one that is made anew has another time in it. */
  const zips = new Map<string, Promise<Buffer>>();
  const zip = (text: string): Promise<Buffer> => {
    const made = zips.get(text) ?? zipOf({ 'index.js': text });
    zips.set(text, made);
    return made;
  };
  const add = async (text: string): Promise<Artifact> => fixture.store.code.add(await zip(text));
  const isThere = ({ artifact }: Artifact): boolean => existsSync(fixture.store.code.filesOf(artifact));
  const codeOf = ({ artifact, codeSha256, codeSize }: Artifact) => ({
    code: { kind: 'zip', artifact } as const,
    codeSha256,
    codeSize,
  });

  /** Lets so many looks happen. */
  async function looks(count: number): Promise<void> {
    for (let look = 0; look < count; look++) {
      fixture.clock.advance(TEN_MINUTES);
      // A look reads the folder, and what it removes it removes after that: real time, and none of this clock's.
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }
  const goes = (artifact: Artifact): Promise<unknown> =>
    until(
      async () => {
        await looks(1);
        return !isThere(artifact);
      },
      { ms: 5000, what: 'the code to be removed' },
    );

  it('goes while the host runs, when it was replaced or deleted', async () => {
    const { store } = fixture;
    const [first, second, third] = [await add('1'), await add('2'), await add('3')];
    store.create(newFunction('f', codeOf(first)), 'now');
    store.create(newFunction('g', codeOf(third)), 'now');
    store.update('f', 'code', codeOf(second), 'now');
    store.delete('g');
    await looks(1);
    assert.deepEqual([first, second, third].map(isThere), [true, true, true]);
    await goes(first);
    await goes(third);
    await looks(2);
    assert.ok(isThere(second));
  });

  it('stays while an environment runs on it', async () => {
    const { store, foldersInUse } = fixture;
    const [first, second] = [await add('1'), await add('2')];
    store.create(newFunction('f', codeOf(first)), 'now');
    store.update('f', 'code', codeOf(second), 'now');
    foldersInUse.push('/elsewhere', store.code.filesOf(first.artifact));
    await looks(5);
    assert.ok(isThere(first));
    foldersInUse.length = 0;
    await goes(first);
  });

  it('stays where it was uploaded again, for a function that is not there yet', async () => {
    const { store } = fixture;
    const [first, second] = [await add('1'), await add('2')];
    store.create(newFunction('f', codeOf(first)), 'now');
    store.update('f', 'code', codeOf(second), 'now');
    await looks(1);
    await add('1');
    await looks(1);
    assert.ok(isThere(first));
    store.create(newFunction('g', codeOf(first)), 'now');
    await looks(5);
    assert.ok(isThere(first));
  });

  it('is there again where it is uploaded while it is being removed', async () => {
    const { code } = fixture.store;
    const artifact = await add('1');
    code.takeAdded();
    const [, again] = await Promise.all([code.remove(artifact.artifact), add('1')]);
    assert.equal(again.artifact, artifact.artifact);
    assert.ok(isThere(artifact));
    // And it is not removed before somebody had the time to refer to it.
    await code.remove(artifact.artifact);
    assert.ok(isThere(artifact));
  });
});
