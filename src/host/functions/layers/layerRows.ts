/** How layers lie in the database: a counter for each layer, and a row for each version with its record as JSON. */
import type { Owner } from '../../../protocol/model.ts';
import type { Database } from '../../state/database.ts';
import type { LayerVersion } from './layerVersion.ts';

interface Row {
  readonly record: string;
}

const parse = (row: Row): LayerVersion => JSON.parse(row.record) as LayerVersion;

export interface LayerRows {
  /** All but the hidden ones. */
  live(): LayerVersion[];
  /** The layer's next number, taken for ever once a version is inserted in the same transaction. */
  nextVersion(layerArn: string): number;
  insert(layer: LayerVersion): void;
  save(layer: LayerVersion): void;
  /** Its number is not given again. */
  delete(layerArn: string, version: number): void;
  /** Out of sight; {@link restore} finds it by its owner. */
  hide(layerArn: string, version: number, wallNow: number): void;
  restore(owner: Owner, layerArn: string): LayerVersion | undefined;
  /** Brings back what was hidden and is no template's; undefined where there is no such version. */
  reveal(layerArn: string, version: number): LayerVersion | undefined;
  /** Forgets what was hidden before this moment. */
  purge(hiddenBefore: number): void;
  /** Zips that any version, hidden ones included, has. */
  artifacts(): readonly string[];
}

export function createLayerRows(database: Database): LayerRows {
  return {
    live: () =>
      database.query<Row>('SELECT record FROM layer_versions WHERE removed_at IS NULL').all().map(parse),
    nextVersion: layerArn =>
      (database
        .query<{ last: number }>('SELECT last_version AS last FROM layers WHERE layer_arn = ?')
        .get(layerArn)?.last ?? 0) + 1,
    insert: layer => {
      database.run(
        `INSERT INTO layers (layer_arn, last_version) VALUES (?, ?)
         ON CONFLICT (layer_arn) DO UPDATE SET last_version = max(last_version, excluded.last_version)`,
        layer.layerArn,
        layer.version,
      );
      database.run(
        `INSERT INTO layer_versions (layer_arn, version, record, owner_template, owner_logical_id)
         VALUES (?, ?, ?, ?, ?)`,
        layer.layerArn,
        layer.version,
        JSON.stringify(layer),
        layer.owner?.template ?? null,
        layer.owner?.logicalId ?? null,
      );
    },
    save: layer => {
      database.run(
        'UPDATE layer_versions SET record = ? WHERE layer_arn = ? AND version = ?',
        JSON.stringify(layer),
        layer.layerArn,
        layer.version,
      );
    },
    delete: (layerArn, version) => {
      database.run('DELETE FROM layer_versions WHERE layer_arn = ? AND version = ?', layerArn, version);
    },
    hide: (layerArn, version, wallNow) => {
      database.run(
        'UPDATE layer_versions SET removed_at = ? WHERE layer_arn = ? AND version = ?',
        wallNow,
        layerArn,
        version,
      );
    },
    restore: (owner, layerArn) =>
      database
        .query<Row>(
          `UPDATE layer_versions SET removed_at = NULL
           WHERE owner_template = ? AND owner_logical_id = ? AND layer_arn = ? AND removed_at IS NOT NULL
           RETURNING record`,
        )
        .all(owner.template, owner.logicalId, layerArn)
        .map(parse)[0],
    reveal: (layerArn, version) =>
      database
        .query<Row>(
          `UPDATE layer_versions SET removed_at = NULL
           WHERE layer_arn = ? AND version = ? AND owner_template IS NULL AND removed_at IS NOT NULL
           RETURNING record`,
        )
        .all(layerArn, version)
        .map(parse)[0],
    purge: hiddenBefore => {
      database.run('DELETE FROM layer_versions WHERE removed_at < ?', hiddenBefore);
    },
    artifacts: () =>
      database
        .query<{ artifact: string | null }>(
          "SELECT record ->> '$.content.artifact' AS artifact FROM layer_versions",
        )
        .all()
        .map(row => row.artifact)
        .filter(artifact => artifact !== null),
  };
}
