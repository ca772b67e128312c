/** What Application Auto Scaling stores: targets, policies, scheduled actions, and the last activities. */
import type { Database } from '../../state/database.ts';
import type { Migration } from '../../state/migrations.ts';

/** The provisioned concurrency of a version or alias that may be scaled. */
export interface TargetRecord {
  /** `function:NAME:QUALIFIER` */
  readonly resourceId: string;
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly suspended: { readonly in: boolean; readonly out: boolean; readonly scheduled: boolean };
  /** Epoch milliseconds, service time. */
  readonly createdAt: number;
}

export interface PolicyRecord {
  readonly resourceId: string;
  readonly name: string;
  /** Of the policy, and of its alarms. */
  readonly id: string;
  /** 0.1 to 0.9 */
  readonly targetValue: number;
  /** Milliseconds. */
  readonly scaleInCooldown: number;
  readonly scaleOutCooldown: number;
  readonly disableScaleIn: boolean;
  readonly createdAt: number;
  /** When it last changed the capacity. */
  readonly scaledOutAt?: number;
  readonly scaledInAt?: number;
}

export interface ActionRecord {
  readonly resourceId: string;
  readonly name: string;
  readonly id: string;
  readonly schedule: string;
  readonly startTime?: number;
  readonly endTime?: number;
  readonly minCapacity?: number;
  readonly maxCapacity?: number;
  readonly createdAt: number;
  /** When it last ran. */
  readonly ranAt?: number;
}

export interface ActivityRecord {
  readonly id: string;
  readonly resourceId: string;
  readonly description: string;
  readonly cause: string;
  readonly at: number;
  readonly status: 'Successful' | 'Failed';
  readonly statusMessage: string;
}

export const autoScalingMigrations: readonly Migration[] = [
  {
    id: 'autoscaling-0001-records',
    statements: [
      `CREATE TABLE autoscaling (
        kind TEXT NOT NULL,
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (kind, key)
      ) STRICT, WITHOUT ROWID`,
    ],
  },
];

/** Records of one kind, in memory and stored. */
export interface Records<T> {
  get(key: string): T | undefined;
  /** By key. */
  list(): readonly T[];
  /** Stored when this returns. */
  put(key: string, value: T): void;
  delete(key: string): boolean;
}

export function openRecords<T>(database: Database, kind: string): Records<T> {
  const insert = database.query('INSERT OR REPLACE INTO autoscaling (kind, key, value) VALUES (?, ?, ?)');
  const remove = database.query('DELETE FROM autoscaling WHERE kind = ? AND key = ?');
  const rows = database
    .query<{ readonly key: string; readonly value: string }>(
      'SELECT key, value FROM autoscaling WHERE kind = ? ORDER BY key',
    )
    .all(kind);
  const records = new Map(rows.map(({ key, value }) => [key, JSON.parse(value) as T]));
  return {
    get: key => records.get(key),
    list: () => [...records].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value),
    put(key, value) {
      insert.run(kind, key, JSON.stringify(value));
      records.set(key, value);
    },
    delete(key) {
      remove.run(kind, key);
      return records.delete(key);
    },
  };
}

export interface AutoScalingStore {
  readonly targets: Records<TargetRecord>;
  readonly policies: Records<PolicyRecord>;
  readonly actions: Records<ActionRecord>;
  readonly activities: Records<ActivityRecord>;
}

export const openAutoScalingStore = (database: Database): AutoScalingStore => ({
  targets: openRecords(database, 'target'),
  policies: openRecords(database, 'policy'),
  actions: openRecords(database, 'action'),
  activities: openRecords(database, 'activity'),
});

/** Key of a policy or an action. */
export const keyOf = (resourceId: string, name: string): string => `${resourceId}\n${name}`;
