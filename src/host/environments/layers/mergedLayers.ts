/**
 * A function's layers as the one folder that AWS shows at /opt (spec/execution-environment.md §5.3): laid over each other
 * once for each list of layers, in `<state folder>/layers/<hash of the list>`, which all environments with that list
 * share, and removed when nobody has used it for a while.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { AwsError } from '../../../protocol/awsError.ts';
import type { Clock, Timer } from '../../clock.ts';
import { diskError } from '../../state/stateError.ts';
import type { EnvironmentSpec } from '../environment.ts';
import { removeTree } from '../removeTree.ts';
import { copyLayers, type EarlierCopy } from './layerCopy.ts';
import { lookAt, planOf, type Layer, type SeenLayer } from './layerPlan.ts';

export interface MergedLayersOptions {
  readonly clock: Clock;
  /** The host's state folder. */
  readonly stateDir: string;
  /** Specs of the environments that are there now. */
  inUse(): Iterable<EnvironmentSpec>;
  warn(message: string): void;
}

export interface MergedLayers {
  /**
   * The folder for an environment of this spec; undefined without layers. It stays for as long as the environment is
   * there. `mounted`: the engine shows it read-only, so that a layer of the workspace that stands alone is used where it
   * is. Rejects with an AwsError where a layer is gone.
   */
  of(spec: EnvironmentSpec, how: { readonly mounted: boolean }): Promise<string | undefined>;
  /** Removes copies that no environment uses any more: soon where a newer one took their place, else after 10 minutes. */
  clean(): void;
  /** Removes what an earlier host left half done, or has not used for a day. For the host's start. */
  sweep(): Promise<void>;
  /** Resolves when nothing is being removed any more. */
  close(): Promise<void>;
}

interface Copy {
  readonly folder: string;
  /** The list, whatever is in the layers; undefined of an earlier host's copy. */
  readonly list: string | undefined;
  readonly earlier: EarlierCopy | undefined;
  /** When it was last seen in use, wall time. */
  usedAt: number;
  /** An environment had it when that was last looked at. */
  used: boolean;
}

/** Wall time after which a copy that no environment uses is removed. */
const UNUSED_MS = 10 * 60_000;
/** The same where a newer copy took its place: environments that are just starting with it have said so by then. */
const REPLACED_MS = 1_000;
/** The same for what an earlier host made. */
const FORGOTTEN_MS = 24 * 3_600_000;
const NAME = /^[0-9a-f]{32}$/;

export function createMergedLayers(options: MergedLayersOptions): MergedLayers {
  const { clock, stateDir } = options;
  const folder = path.join(stateDir, 'layers');
  const fixedBelow = path.join(stateDir, 'code') + path.sep;
  /** By folder. */
  const copies = new Map<string, Copy>();
  const newest = new Map<string, Copy>();
  const making = new Map<string, Promise<string>>();
  const looking = new Map<string, Promise<SeenLayer>>();
  const folders = new WeakMap<EnvironmentSpec, string>();
  /** Being moved out of the way, by folder. */
  const leaving = new Map<string, Promise<void>>();
  const removing = new Set<Promise<void>>();
  let timer: Timer | undefined;

  /** Environments that start together look at a layer together. */
  function look(layer: Layer): Promise<SeenLayer> {
    const under = looking.get(layer.root);
    if (under !== undefined) return under;
    const work = lookAt(layer).finally(() => looking.delete(layer.root));
    looking.set(layer.root, work);
    return work;
  }

  async function of(spec: EnvironmentSpec, how: { readonly mounted: boolean }): Promise<string | undefined> {
    const layers = spec.layers.map((root): Layer => ({ root, fixed: root.startsWith(fixedBelow) }));
    const [only, ...others] = layers;
    if (only === undefined) return undefined;
    if (others.length === 0 && only.fixed) return only.root;
    try {
      const seen = await Promise.all(layers.map(look));
      const alone = others.length === 0 && how.mounted;
      if (alone && seen.every(({ entries }) => entries.every(({ outside }) => !outside))) return only.root;
      const made = await make(seen);
      folders.set(spec, made);
      const copy = copies.get(made);
      if (copy !== undefined) copy.used = true;
      return made;
    } catch (error) {
      throw unusable(spec, error, folder);
    }
  }

  function make(seen: readonly SeenLayer[]): Promise<string> {
    const hash = createHash('sha256');
    for (const { signature } of seen) hash.update(`${signature}\0`);
    const merged = path.join(folder, hash.digest('hex').slice(0, 32));
    const under = making.get(merged);
    if (under !== undefined) return under;
    const work = makeOnce(merged, seen).finally(() => making.delete(merged));
    making.set(merged, work);
    return work;
  }

  async function makeOnce(merged: string, seen: readonly SeenLayer[]): Promise<string> {
    const list = seen.map(({ root }) => root).join('\0');
    await leaving.get(merged);
    const known = copies.get(merged);
    if (known?.list !== undefined) return merged;
    const isThere = known !== undefined || (await exists(merged));
    const plan = isThere ? undefined : await planOf(seen);
    if (plan !== undefined) {
      const part = `${merged}.${randomUUID()}`;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      // The user of a container reads this one folder, mounted; the one around it keeps everybody else out.
      await mkdir(part, { mode: 0o755 });
      try {
        await copyLayers(plan, part, newest.get(list)?.earlier);
        await rename(part, merged);
      } catch (error) {
        await removeTree(part);
        throw error;
      }
    } else await touch(merged, clock.wallNow());
    const earlier = plan === undefined ? undefined : { folder: merged, plan };
    const copy: Copy = { folder: merged, list, earlier, usedAt: clock.wallNow(), used: false };
    copies.set(merged, copy);
    newest.set(list, copy);
    return merged;
  }

  function clean(): void {
    timer?.cancel();
    timer = undefined;
    const used = new Set([...options.inUse()].map(spec => folders.get(spec)));
    const now = clock.wallNow();
    let next = Infinity;
    for (const copy of copies.values()) {
      if (copy.used) copy.usedAt = now;
      copy.used = used.has(copy.folder);
      if (copy.used || making.has(copy.folder)) continue;
      const isNewest = copy.list === undefined || newest.get(copy.list) === copy;
      const left = copy.usedAt + (isNewest ? UNUSED_MS : REPLACED_MS) - now;
      if (left <= 0) remove(copy);
      else next = Math.min(next, left);
    }
    if (next < Infinity) timer = clock.afterWall(next, clean);
  }

  function remove(copy: Copy): void {
    copies.delete(copy.folder);
    if (copy.list !== undefined && newest.get(copy.list) === copy) newest.delete(copy.list);
    removeFolder(copy.folder);
  }

  /** Out of the way at once, for the next one of that name. */
  function removeFolder(place: string): void {
    const away = `${place}.${randomUUID()}`;
    const moved = rename(place, away);
    leaving.set(
      place,
      moved.catch(() => undefined).finally(() => leaving.delete(place)),
    );
    const work = moved
      .then(() => removeTree(away))
      .catch((error: unknown) => options.warn(`${place} could not be removed: ${String(error)}`))
      .finally(() => removing.delete(work));
    removing.add(work);
  }

  return {
    of,
    clean,
    sweep: async () => {
      for (const name of await readdir(folder).catch(() => [])) {
        const place = path.join(folder, name);
        const usedAt = (await stat(place).catch(() => undefined))?.mtimeMs ?? 0;
        if (NAME.test(name) && clock.wallNow() - usedAt < FORGOTTEN_MS)
          copies.set(place, {
            folder: place,
            list: undefined,
            earlier: undefined,
            usedAt: clock.wallNow(),
            used: false,
          });
        else removeFolder(place);
      }
      clean();
      await Promise.all(removing);
    },
    close: async () => {
      timer?.cancel();
      await Promise.all(removing);
    },
  };
}

/** For the next host, which removes what has not been used for long. */
async function touch(folder: string, now: number): Promise<void> {
  await utimes(folder, now / 1000, now / 1000).catch(() => undefined);
}

function unusable(spec: EnvironmentSpec, error: unknown, folder: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskError(error, folder);
  const why = error instanceof Error ? error.message : String(error);
  return new AwsError(
    'ServiceException',
    500,
    `A layer of ${spec.functionName} can't be read: ${why}. Bring its folder back, or correct the template.`,
    { cause: error },
  );
}

async function exists(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    () => false,
  );
}
