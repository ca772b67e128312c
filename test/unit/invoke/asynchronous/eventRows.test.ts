import assert from 'node:assert/strict';
import path from 'node:path';
import { createEventRows, type EventRows } from '../../../../src/host/invoke/asynchronous/eventRows.ts';
import { invokeMigrations } from '../../../../src/host/invoke/schema.ts';
import { openDatabase, type Database } from '../../../../src/host/state/database.ts';
import { manualClock } from '../../../helpers/manualClock.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { DEFAULT_POLICY } from './queueFixture.ts';

describe('the rows of events', () => {
  let folder: TemporaryFolder;
  let database: Database;
  let rows: EventRows;
  /** Everything that has been asked. */
  let asked: Set<string>;

  beforeEach(async () => {
    folder = await temporaryFolder('events');
    database = openDatabase(path.join(folder.path, 'lamplight.db'), manualClock(), invokeMigrations);
    asked = new Set();
    rows = createEventRows({
      ...database,
      query: sql => {
        asked.add(sql);
        return database.query(sql);
      },
    });
  });
  afterEach(async () => {
    database.close();
    await folder.remove();
  });

  function insert(
    requestId: string,
    functionName: string,
    functionId: number | undefined,
    due: number,
  ): void {
    rows.insert(
      {
        requestId,
        functionName,
        ...(functionId === undefined ? {} : { functionId }),
        acceptedAt: 0,
        due,
        attempts: 0,
        returns: 0,
        echoes: 0,
        bytes: 2,
        origin: { source: 'api', traceId: 'Root=1' },
        policy: DEFAULT_POLICY,
      },
      Buffer.from('{}'),
    );
  }

  function fill(): void {
    insert('f1 late', 'f', 1, 50);
    insert('f2', 'f', 2, 20);
    insert('f of an older host', 'f', undefined, 30);
    insert('f1 early', 'f', 1, 10);
    insert('f1 early too', 'f', 1, 10);
    insert('g', 'g', 7, 15);
    insert('', 'a', undefined, 12);
  }

  it('are listed as they fall due, of whichever functions have had the name', () => {
    fill();
    const list = (name: string | undefined, limit = 10): string[] =>
      rows.list(name, limit).map(({ requestId }) => requestId);
    assert.deepEqual(list('f'), ['f1 early', 'f1 early too', 'f2', 'f of an older host', 'f1 late']);
    assert.deepEqual(list('f', 3), ['f1 early', 'f1 early too', 'f2']);
    assert.deepEqual(list(undefined, 5), ['f1 early', 'f1 early too', '', 'g', 'f2']);
    assert.deepEqual(list('nobody'), []);
  });

  it('know the functions of a name', () => {
    fill();
    assert.deepEqual(rows.named('f'), [
      { functionName: 'f', functionId: undefined },
      { functionName: 'f', functionId: 1 },
      { functionName: 'f', functionId: 2 },
    ]);
    assert.deepEqual(rows.named('g'), [{ functionName: 'g', functionId: 7 }]);
    assert.deepEqual(rows.named('nobody'), []);
  });

  it('are found without a look at all of them: one function may have 100,000', () => {
    fill();
    rows.named('f');
    rows.list('f', 10);
    rows.list(undefined, 10);
    rows.due({ functionName: 'f', functionId: 1 }, 100, 10);
    rows.dueAfter({ functionName: 'f', functionId: 1 }, 0);
    rows.find('g');
    // As a host starts, once.
    const once = ['SELECT coalesce(max(id), 0) AS id FROM events'];
    const plans = [...asked].filter(sql => sql.startsWith('SELECT') && !once.includes(sql));
    assert.ok(plans.length >= 8);
    for (const sql of plans)
      for (const { detail } of database.query<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all())
        assert.match(detail, /^SEARCH (?!.*TEMP B-TREE)/, sql);
  });
});
