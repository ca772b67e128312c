/**
 * All layer versions, in memory and in the database at once, as functionStore.ts keeps functions. Numbers count up for
 * each layer and are never given twice, also not after a deletion.
 */
import type { HostEvent } from '../../../protocol/control.ts';
import type { LayerVersionSummary, Owner } from '../../../protocol/model.ts';
import type { Clock } from '../../clock.ts';
import type { Database } from '../../state/database.ts';
import { KEPT_MS } from '../keeping.ts';
import { parseLayerVersionArn } from './layerArn.ts';
import { createLayerRows } from './layerRows.ts';
import { arnOf, layerSummary, type LayerPolicy, type LayerVersion } from './layerVersion.ts';

/** What is published: everything but what the store gives. */
export type NewLayerVersion = Omit<LayerVersion, 'layerArn' | 'version' | 'createdAt' | 'policy'>;
/** What may change of a version: those of templates follow their template. */
export type LayerChange = Omit<NewLayerVersion, 'source' | 'owner'>;
/** `arn` of a version that is new, is gone, or has other contents. */
export type LayerListener = (arn: string) => void;

export interface LayerStoreOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** Tells clients of the control service. */
  publish(event: HostEvent): void;
}

export interface LayerStore {
  /** Stored under the layer's next number. */
  publish(layerArn: string, fresh: NewLayerVersion): LayerVersion;
  /** Stored under this number, in the place of what was imported there before. */
  import(layerArn: string, version: number, fresh: NewLayerVersion): LayerVersion;
  get(layerArn: string, version: number): LayerVersion | undefined;
  /** By the ARN of a version; undefined also for what is no such ARN. */
  find(arn: string): LayerVersion | undefined;
  /** Of one layer, the newest first. */
  versions(layerArn: string): readonly LayerVersion[];
  /** Of all layers, unordered. */
  list(): readonly LayerVersion[];
  /** True where there was one. The layer of a template is hidden: it comes back with its next save. */
  delete(layerArn: string, version: number): boolean;
  /** The version must exist. */
  setPolicy(layerArn: string, version: number, policy: LayerPolicy | undefined): void;
  /** The version that the layer of a template is. */
  ofOwner(owner: Owner): LayerVersion | undefined;
  /** The version must exist; nothing happens where it is so already. */
  change(layerArn: string, version: number, change: LayerChange): LayerVersion;
  /** Out of sight for 7 days of wall time; {@link restore} brings it back under its number. */
  hide(layer: LayerVersion): void;
  restore(owner: Owner, layerArn: string): LayerVersion | undefined;
  /** The same for what is no template's, by its number. */
  reveal(layerArn: string, version: number): LayerVersion | undefined;
  onChange(listener: LayerListener): () => void;
  summaries(): readonly LayerVersionSummary[];
  /** Zips that any version has, hidden ones included. */
  artifacts(): readonly string[];
}

export function createLayerStore(options: LayerStoreOptions): LayerStore {
  const { database, clock } = options;
  const rows = createLayerRows(database);
  const layers = new Map<string, Map<number, LayerVersion>>();
  const listeners = new Set<LayerListener>();

  function keep(layer: LayerVersion): void {
    const versions = layers.get(layer.layerArn) ?? new Map<number, LayerVersion>();
    layers.set(layer.layerArn, versions.set(layer.version, layer));
  }

  function drop({ layerArn, version }: LayerVersion): void {
    const versions = layers.get(layerArn);
    versions?.delete(version);
    if (versions?.size === 0) layers.delete(layerArn);
  }

  function tell(layer: LayerVersion, there: boolean): void {
    const arn = arnOf(layer);
    for (const listener of listeners) listener(arn);
    if (there) options.publish({ type: 'layer', layer: layerSummary(layer) });
    else options.publish({ type: 'layerDeleted', arn });
  }

  const get = (layerArn: string, version: number): LayerVersion | undefined =>
    layers.get(layerArn)?.get(version);

  const need = (layerArn: string, version: number): LayerVersion => {
    const layer = get(layerArn, version);
    if (layer === undefined) throw new Error(`There is no layer ${layerArn}:${version} in the store.`);
    return layer;
  };

  const list = (): readonly LayerVersion[] =>
    [...layers.values()].flatMap(versions => [...versions.values()]);

  function insert(layerArn: string, fresh: NewLayerVersion, version: number): LayerVersion {
    const layer: LayerVersion = { ...fresh, layerArn, version, createdAt: clock.serviceNow() };
    rows.insert(layer);
    return layer;
  }

  function bringBack(layer: LayerVersion | undefined): LayerVersion | undefined {
    if (layer === undefined) return undefined;
    keep(layer);
    tell(layer, true);
    return layer;
  }

  rows.purge(clock.wallNow() - KEPT_MS);
  for (const layer of rows.live()) keep(layer);

  return {
    publish: (layerArn, fresh) => {
      const layer = database.transaction(() => insert(layerArn, fresh, rows.nextVersion(layerArn)));
      keep(layer);
      tell(layer, true);
      return layer;
    },
    import: (layerArn, version, fresh) => {
      const layer = database.transaction(() => {
        rows.delete(layerArn, version);
        return insert(layerArn, fresh, version);
      });
      keep(layer);
      tell(layer, true);
      return layer;
    },
    get,
    find: arn => {
      const parsed = parseLayerVersionArn(arn);
      return parsed === undefined ? undefined : get(parsed.layerArn, parsed.version);
    },
    versions: layerArn => [...(layers.get(layerArn)?.values() ?? [])].sort((a, b) => b.version - a.version),
    list,
    delete: (layerArn, version) => {
      const layer = get(layerArn, version);
      if (layer === undefined) return false;
      if (layer.owner === undefined) rows.delete(layerArn, version);
      else rows.hide(layerArn, version, clock.wallNow());
      drop(layer);
      tell(layer, false);
      return true;
    },
    setPolicy: (layerArn, version, policy) => {
      const { policy: _policy, ...rest } = need(layerArn, version);
      const layer = policy === undefined ? rest : { ...rest, policy };
      rows.save(layer);
      keep(layer);
    },
    ofOwner: owner =>
      list().find(
        layer => layer.owner?.template === owner.template && layer.owner.logicalId === owner.logicalId,
      ),
    change: (layerArn, version, change) => {
      const before = need(layerArn, version);
      const { createdAt, source, owner, policy } = before;
      const layer: LayerVersion = {
        ...change,
        layerArn,
        version,
        createdAt,
        source,
        ...(owner === undefined ? {} : { owner }),
        ...(policy === undefined ? {} : { policy }),
      };
      if (textOf(before) === textOf(layer)) return before;
      rows.save(layer);
      keep(layer);
      tell(layer, true);
      return layer;
    },
    hide: layer => {
      rows.hide(layer.layerArn, layer.version, clock.wallNow());
      drop(layer);
      tell(layer, false);
    },
    restore: (owner, layerArn) => bringBack(rows.restore(owner, layerArn)),
    reveal: (layerArn, version) => bringBack(rows.reveal(layerArn, version)),
    onChange: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    summaries: () => list().map(layerSummary),
    artifacts: () => rows.artifacts(),
  };
}

/** Whatever the order of its members. */
const textOf = (layer: LayerVersion): string =>
  JSON.stringify(Object.entries(layer).sort(([a], [b]) => (a < b ? -1 : 1)));
