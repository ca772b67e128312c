/** Tables of this room. A function's row outlives its removal from the workspace by 7 days (DESIGN.md rule 3). */
import type { Migration } from '../state/migrations.ts';

export const functionMigrations: readonly Migration[] = [
  {
    id: 'functions-0001-functions',
    statements: [
      // What later tables hang on (versions, aliases, policies) refers to id: a name may come to belong to another row.
      `CREATE TABLE functions (
         id INTEGER PRIMARY KEY,
         name TEXT NOT NULL,
         record TEXT NOT NULL,
         owner_template TEXT,
         owner_logical_id TEXT,
         declared TEXT,
         removed_at INTEGER
       ) STRICT`,
      'CREATE UNIQUE INDEX functions_live_name ON functions (name) WHERE removed_at IS NULL',
      `CREATE UNIQUE INDEX functions_owner ON functions (owner_template, owner_logical_id, name)
         WHERE owner_template IS NOT NULL`,
      'CREATE INDEX functions_removed ON functions (removed_at) WHERE removed_at IS NOT NULL',
    ],
  },
  {
    id: 'functions-0002-settings',
    statements: [
      // functionSettings.ts: qualifier '' is the unqualified function.
      `CREATE TABLE function_settings (
         function_id INTEGER NOT NULL REFERENCES functions (id) ON DELETE CASCADE,
         kind TEXT NOT NULL,
         qualifier TEXT NOT NULL,
         value TEXT NOT NULL,
         PRIMARY KEY (function_id, kind, qualifier)
       ) STRICT, WITHOUT ROWID`,
    ],
  },
];
