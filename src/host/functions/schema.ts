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
  {
    id: 'functions-0003-versions',
    statements: [
      // The version that $LATEST was published as; NULL as soon as it differs (spec/lambda-service.md §3.1).
      'ALTER TABLE functions ADD COLUMN published INTEGER',
      // With an id of its own: the index on the numbers is small, and 20,000 versions are counted without their records.
      `CREATE TABLE function_versions (
         id INTEGER PRIMARY KEY,
         function_id INTEGER NOT NULL REFERENCES functions (id) ON DELETE CASCADE,
         version INTEGER NOT NULL,
         record TEXT NOT NULL,
         code_size INTEGER NOT NULL
       ) STRICT`,
      'CREATE UNIQUE INDEX function_versions_number ON function_versions (function_id, version)',
      'CREATE INDEX function_versions_size ON function_versions (function_id, code_size)',
      // What the code store must keep for a version.
      `CREATE TABLE function_version_artifacts (
         version_id INTEGER NOT NULL REFERENCES function_versions (id) ON DELETE CASCADE,
         artifact TEXT NOT NULL,
         PRIMARY KEY (version_id, artifact)
       ) STRICT, WITHOUT ROWID`,
      // A number is never given twice for one name, whatever becomes of the function.
      'CREATE TABLE function_numbers (name TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID',
    ],
  },
  {
    id: 'functions-0004-aliases',
    statements: [
      `CREATE TABLE function_aliases (
         function_id INTEGER NOT NULL REFERENCES functions (id) ON DELETE CASCADE,
         name TEXT NOT NULL,
         version TEXT NOT NULL,
         additional_version TEXT,
         additional_weight REAL,
         description TEXT NOT NULL,
         revision_id TEXT NOT NULL,
         PRIMARY KEY (function_id, name)
       ) STRICT, WITHOUT ROWID`,
    ],
  },
  {
    id: 'functions-0005-layers',
    statements: [
      // Numbers are never given twice: the counter outlives the versions.
      `CREATE TABLE layers (
         layer_arn TEXT PRIMARY KEY,
         last_version INTEGER NOT NULL
       ) STRICT, WITHOUT ROWID`,
      `CREATE TABLE layer_versions (
         layer_arn TEXT NOT NULL,
         version INTEGER NOT NULL,
         record TEXT NOT NULL,
         owner_template TEXT,
         owner_logical_id TEXT,
         removed_at INTEGER,
         PRIMARY KEY (layer_arn, version)
       ) STRICT`,
    ],
  },
  {
    id: 'functions-0006-code-signing-configs',
    statements: [
      'CREATE TABLE code_signing_configs (id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID',
    ],
  },
  {
    id: 'functions-0007-event-source-mappings',
    statements: [
      // By the names in it: a mapping outlives its function, and works again when one of that name is made.
      'CREATE TABLE event_source_mappings (uuid TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID',
    ],
  },
];
