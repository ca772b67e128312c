import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../../src/host/clock.ts';
import { openDatabase, type Database } from '../../../src/host/state/database.ts';
import type { Migration } from '../../../src/host/state/migrations.ts';
import { StateError } from '../../../src/host/state/stateError.ts';

const notes: Migration = {
  id: 'notes-0001',
  statements: ['CREATE TABLE notes (text TEXT NOT NULL) STRICT'],
};

describe('the state database', () => {
  let folder: string;
  const open: Database[] = [];
  const openIn = (file: string, migrations: readonly Migration[]): Database => {
    const database = openDatabase(file, systemClock(), migrations);
    open.push(database);
    return database;
  };
  const texts = (database: Database): string[] =>
    database
      .query<{ text: string }>('SELECT text FROM notes ORDER BY rowid')
      .all()
      .map(row => row.text);

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'lamplight-state-'));
  });
  afterEach(() => {
    for (const database of open.splice(0)) database.close();
    rmSync(folder, { recursive: true });
  });

  it('keeps what a transaction wrote and nothing of one that threw', () => {
    const database = openIn(path.join(folder, 'a.db'), [notes]);
    database.transaction(() => database.run('INSERT INTO notes VALUES (?)', 'kept'));
    assert.throws(
      () =>
        database.transaction(() => {
          database.run('INSERT INTO notes VALUES (?)', 'lost');
          throw new Error('no');
        }),
      /no/,
    );
    database.transaction(() =>
      database.transaction(() => database.run('INSERT INTO notes VALUES (?)', 'nested')),
    );
    database.close();
    assert.deepEqual(texts(openIn(path.join(folder, 'a.db'), [notes])), ['kept', 'nested']);
  });

  it('gives rows one after the other, as many as are asked for', () => {
    const database = openIn(path.join(folder, 'a.db'), []);
    database.run('CREATE TABLE numbers (n INTEGER) STRICT');
    for (let n = 0; n < 5; n++) database.run('INSERT INTO numbers VALUES (?)', n);
    const query = database.query<{ readonly n: number }>('SELECT n FROM numbers WHERE n >= ? ORDER BY n');
    assert.deepEqual(
      [...query.each(2)].map(({ n }) => n),
      [2, 3, 4],
    );
    const seen: number[] = [];
    for (const { n } of query.each(0)) {
      seen.push(n);
      if (n === 1) break;
    }
    assert.deepEqual(seen, [0, 1]);
    // What was not read to its end holds nothing back.
    database.run('DROP TABLE numbers');
    assert.throws(() => [...query.each(0)], /no such table/);
  });

  it('refuses a transaction that would end before its work', () => {
    const database = openIn(path.join(folder, 'a.db'), [notes]);
    assert.throws(
      () => database.transaction(() => Promise.resolve(database.run("INSERT INTO notes VALUES ('x')"))),
      /synchronous/,
    );
    assert.deepEqual(texts(database), []);
  });

  it('adds the migrations that a database has not seen, whichever room they are of', () => {
    openIn(path.join(folder, 'a.db'), [notes]).run("INSERT INTO notes VALUES ('old')");
    const late: Migration = { id: 'aaa-0001', statements: ['CREATE TABLE more (n INTEGER) STRICT'] };
    const grown: Migration = {
      id: 'notes-0002',
      statements: ["ALTER TABLE notes ADD COLUMN kind TEXT NOT NULL DEFAULT 'plain'"],
    };
    const database = openIn(path.join(folder, 'a.db'), [late, notes, grown]);
    assert.deepEqual(
      database
        .query('SELECT text, kind FROM notes')
        .all()
        .map(row => ({ ...(row as object) })),
      [{ text: 'old', kind: 'plain' }],
    );
    assert.equal(database.query('SELECT * FROM more').get(), undefined);
  });

  it('leaves a database as it was when a migration fails', () => {
    const file = path.join(folder, 'a.db');
    const broken: Migration = { id: 'notes-0002', statements: ['CREATE TABLE x (n INTEGER)', 'NONSENSE'] };
    openIn(file, [notes]).close();
    assert.throws(() => openIn(file, [notes, broken]), /NONSENSE/);
    const database = openIn(file, [notes]);
    assert.equal(database.query("SELECT * FROM sqlite_schema WHERE name = 'x'").get(), undefined);
  });

  it('refuses a database of a newer version and names file and versions', () => {
    const file = path.join(folder, 'a.db');
    openIn(file, [notes, { id: 'future-0001', statements: [] }]).run(
      "UPDATE migrations SET version = '9.8.7' WHERE id = 'future-0001'",
    );
    assert.throws(
      () => openIn(file, [notes]),
      (error: unknown) =>
        error instanceof StateError &&
        error.message.includes(file) &&
        error.message.includes('9.8.7') &&
        error.message.includes('0.0.0-source') &&
        error.message.includes('future-0001'),
    );
  });

  it('refuses a file that is no database', () => {
    const file = path.join(folder, 'a.db');
    writeFileSync(file, 'this is a text file, and quite a long one '.repeat(100));
    assert.throws(
      () => openIn(file, [notes]),
      (error: unknown) => error instanceof StateError && error.message.startsWith(`${file} is damaged`),
    );
  });

  it('names the folder that is missing', () => {
    const file = path.join(folder, 'missing', 'a.db');
    assert.throws(
      () => openIn(file, [notes]),
      (error: unknown) => error instanceof StateError && error.message.includes(`to ${file}`),
    );
  });

  it('says which Node lacks sqlite and what to install', () => {
    const original = Object.getOwnPropertyDescriptor(process, 'getBuiltinModule')!;
    try {
      for (const value of [undefined, () => undefined]) {
        Object.defineProperty(process, 'getBuiltinModule', { ...original, value });
        assert.throws(
          () => openIn(path.join(folder, 'a.db'), [notes]),
          (error: unknown) =>
            error instanceof StateError &&
            error.message.startsWith(
              `Node ${process.versions.node} (${process.execPath}) has no node:sqlite`,
            ) &&
            error.message.includes('Install Node 22.13 or newer'),
        );
      }
    } finally {
      Object.defineProperty(process, 'getBuiltinModule', original);
    }
  });

  it('says that a file may not be written', function () {
    // root writes where it may not; sqlite itself can be told not to.
    const file = path.join(folder, 'a.db');
    const database = openIn(file, [notes]);
    if (process.getuid?.() === 0) database.run('PRAGMA query_only = ON');
    else {
      database.close();
      chmodSync(file, 0o400);
      chmodSync(folder, 0o500);
    }
    try {
      assert.throws(
        () => {
          const again = process.getuid?.() === 0 ? database : openIn(file, [notes]);
          again.run("INSERT INTO notes VALUES ('x')");
        },
        (error: unknown) => error instanceof StateError && error.message.includes('read-only'),
      );
    } finally {
      chmodSync(folder, 0o700);
    }
  });

  it('says that the disk is full, and goes on when there is room again', () => {
    const file = path.join(folder, 'a.db');
    const database = openIn(file, [notes]);
    // The limit that SQLite meets first: as many pages as there are.
    database.query('PRAGMA max_page_count = 1').get();
    assert.throws(
      () =>
        database.transaction(() => {
          for (let index = 0; index < 100; index++)
            database.run('INSERT INTO notes VALUES (?)', 'x'.repeat(1_000));
        }),
      (error: unknown) =>
        error instanceof StateError &&
        error.message.startsWith('The disk is full') &&
        error.message.includes(file),
    );
    database.query('PRAGMA max_page_count = 1000000').get();
    database.transaction(() => database.run("INSERT INTO notes VALUES ('room')"));
    assert.deepEqual(texts(database), ['room']);
  });
});
