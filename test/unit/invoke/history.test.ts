import assert from 'node:assert/strict';
import path from 'node:path';
import { createHistory, type History, type HistoryEntry } from '../../../src/host/invoke/history.ts';
import type { HistoryPage, HistoryPlace, HistoryQuery } from '../../../src/host/invoke/historySearch.ts';
import { invokeMigrations } from '../../../src/host/invoke/schema.ts';
import { openDatabase, type Database } from '../../../src/host/state/database.ts';
import { manualClock, type ManualClock } from '../../helpers/manualClock.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';

describe('the history', () => {
  let folder: TemporaryFolder;
  let clock: ManualClock;
  let database: Database;
  let failures: unknown[];

  beforeEach(async () => {
    folder = await temporaryFolder('history');
    clock = manualClock();
    failures = [];
    database = openDatabase(path.join(folder.path, 'lamplight.db'), clock, invokeMigrations);
  });
  afterEach(async () => {
    database.close();
    await folder.remove();
  });

  const open = (kept?: { records: number; bytes: number }): History =>
    createHistory(database, clock, error => failures.push(error), kept);

  const entry = (requestId: string, startedAt: number, event: Buffer = Buffer.from('{}')): HistoryEntry => ({
    summary: {
      requestId,
      functionName: 'f',
      version: '$LATEST',
      type: 'RequestResponse',
      source: 'api',
      status: 'success',
      startedAt,
      attempt: 1,
    },
    event,
    result: Buffer.from('1'),
    log: 'log',
  });

  function add(history: History, requestId: string, event?: Buffer): void {
    history.add(entry(requestId, clock.serviceNow(), event));
    clock.advance(1);
  }

  const idsOf = ({ invocations }: HistoryPage): string[] => invocations.map(({ requestId }) => requestId);

  const stored = (): number =>
    database.query<{ n: number }>('SELECT count(*) AS n FROM invocations').get()!.n;

  it('is written a moment later, and read at once', () => {
    const history = open();
    add(history, 'a');
    assert.equal(stored(), 0);
    assert.equal(history.get('a')?.log, 'log');
    add(history, 'b');
    clock.advance(250);
    assert.equal(stored(), 2);
    assert.deepEqual(idsOf(history.list({ limit: 10 })), ['b', 'a']);
  });

  it('is read page by page without a loss, however many started in one millisecond', () => {
    const history = open();
    for (let index = 0; index < 25; index++) {
      const requestId = `r-${String(index * 7919).slice(-3)}-${index}`;
      history.add(entry(requestId, 1000 + Math.floor(index / 10)));
    }
    for (const functionName of [undefined, 'f']) {
      const seen: string[] = [];
      let before: HistoryPlace | undefined;
      do {
        const page = history.list({
          limit: 4,
          ...(functionName === undefined ? {} : { functionName }),
          ...(before === undefined ? {} : { before }),
        });
        seen.push(...idsOf(page));
        before = page.next;
      } while (before !== undefined);
      // Of those of one millisecond, what ended last is first.
      assert.deepEqual(
        seen.map(id => Number(id.split('-')[2])),
        Array.from({ length: 25 }, (_, index) => 24 - index),
      );
    }
    assert.equal(history.list({ limit: 100, before: { startedAt: 1001, row: 0 } }).invocations.length, 10);
  });

  it('loses no attempt of an event at the border of a page', async () => {
    const history = open();
    for (let attempt = 1; attempt <= 4; attempt++) {
      const one = entry('same', 1000);
      history.add({ ...one, summary: { ...one.summary, attempt } });
    }
    const attempts = (page: HistoryPage): number[] => page.invocations.map(({ attempt }) => attempt);
    const listed = history.list({ limit: 2 });
    assert.deepEqual(attempts(listed), [4, 3]);
    assert.deepEqual(attempts(history.list({ limit: 2, before: listed.next! })), [2, 1]);
    const found = await history.search({ text: 'same', limit: 2 });
    assert.deepEqual(attempts(found), [4, 3]);
    assert.deepEqual(attempts(await history.search({ text: 'same', limit: 2, before: found.next! })), [2, 1]);
  });

  it('sorts nothing to read a page, and reads no more than the page', async () => {
    const prepared = new Set<string>();
    const history = createHistory(
      {
        ...database,
        query: sql => {
          prepared.add(sql);
          return database.query(sql);
        },
      },
      clock,
      error => failures.push(error),
    );
    await history.search({ limit: 1 });
    await history.search({ limit: 1, functionName: 'f' });
    const pages = [...prepared].filter(sql => sql.startsWith('SELECT') && sql.includes('LIMIT ?'));
    assert.equal(pages.length, 4);
    for (const sql of pages)
      for (const { detail } of database.query<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all())
        assert.match(detail, /^SEARCH invocations USING INDEX \w+ \(.*started_at<\?/, sql);
  });

  it('keeps the newest records, also over many short lives of hosts', () => {
    const kept = { records: 50, bytes: 1_000_000 };
    const first = open(kept);
    for (let index = 0; index < 50; index++) add(first, `old-${index}`);
    first.close();
    for (let life = 0; life < 3; life++) {
      const history = open(kept);
      add(history, `life-${life}`);
      history.close();
    }
    assert.equal(stored(), 50);
    assert.equal(open().get('old-2'), undefined);
    assert.equal(open().get('old-3')?.requestId, 'old-3');
  });

  it('keeps no more bytes than it may, however few the records are', () => {
    const history = open({ records: 10_000, bytes: 100_000 });
    for (let index = 0; index < 20; index++) {
      add(history, `r-${index}`, Buffer.alloc(20_000, 0x20));
      clock.advance(250);
    }
    assert.deepEqual(idsOf(history.list({ limit: 10 })), ['r-19', 'r-18', 'r-17', 'r-16']);
  });

  it('goes on when the disk is full, says so once, and can still be read', () => {
    const history = open();
    add(history, 'before');
    clock.advance(250);
    const pages = database.query<{ page_count: number }>('PRAGMA page_count').get()!.page_count;
    database.query(`PRAGMA max_page_count = ${pages}`).get();
    add(history, 'lost', Buffer.alloc(500_000, 0x20));
    clock.advance(250);
    add(history, 'lost too', Buffer.alloc(500_000, 0x20));
    assert.equal(history.get('lost too'), undefined);
    assert.equal(history.get('before')?.requestId, 'before');
    assert.equal(failures.length, 1);
    assert.match(String(failures[0]), /The disk is full/);
    database.query('PRAGMA max_page_count = 1000000').get();
    add(history, 'after');
    assert.equal(history.get('after')?.requestId, 'after');
  });

  it('keeps what had ended when the host stops, and touches nothing afterwards', () => {
    const history = open();
    add(history, 'in time');
    history.close();
    assert.equal(stored(), 1);
    database.close();
    add(history, 'too late');
    clock.advance(1_000);
    assert.deepEqual(failures, []);
  });

  it('keeps what only few have, and says what it has cut', () => {
    const history = open();
    history.add({
      ...entry('long', 1, Buffer.alloc(1024 * 1024 + 1, 'x')),
      clientContext: '{"a":1}',
      tenantId: 'blue',
    });
    const { clientContext, tenantId, cut, event } = history.get('long')!;
    assert.deepEqual(
      [clientContext, tenantId, cut, event.length],
      ['{"a":1}', 'blue', ['event'], 1024 * 1024],
    );
    assert.ok(!JSON.stringify(history.list({ limit: 1 }).invocations).includes('blue'));
  });

  describe('is searched', () => {
    /** Timers of the search fall due while it is waited for. */
    async function search(
      history: History,
      query: Omit<HistoryQuery, 'limit'> & { limit?: number },
    ): Promise<HistoryPage> {
      const state = { isOver: false };
      const result = history.search({ limit: 10, ...query }).finally(() => (state.isOver = true));
      while (!state.isOver) {
        await new Promise(setImmediate);
        clock.advance(1);
      }
      return result;
    }

    function fill(): History {
      const history = open();
      const add = (requestId: string, at: number, more: Partial<HistoryEntry>, summary = {}): void => {
        const one = entry(requestId, at);
        history.add({ ...one, ...more, summary: { ...one.summary, ...summary } });
      };
      add('event', 1, { event: Buffer.from('{"city":"Zürich 100%_\\\\"}') });
      add('answer', 2, { result: Buffer.from('{"CITY":"Bern"}') }, { functionName: 'maps' });
      add('log', 3, { log: 'START\nfound the city of Bern\nEND' });
      add('error', 4, {}, { status: 'error', errorType: 'CityError', errorMessage: 'no Bern today' });
      add('slow', 5, {}, { status: 'timeout', errorType: 'Sandbox.Timedout' });
      add('refused', 6, {}, { status: 'throttled' });
      return history;
    }

    it('in event, answer, log, error and names, for all words, whatever their case', async () => {
      const history = fill();
      assert.deepEqual(idsOf(await search(history, { text: 'city' })), ['error', 'log', 'answer', 'event']);
      assert.deepEqual(idsOf(await search(history, { text: ' BERN  city ' })), ['error', 'log', 'answer']);
      assert.deepEqual(idsOf(await search(history, { text: 'bern maps' })), ['answer']);
      assert.deepEqual(idsOf(await search(history, { text: 'Zürich' })), ['event']);
      assert.deepEqual(idsOf(await search(history, { text: 'nowhere' })), []);
    });

    it('for what SQL would take for a wildcard', async () => {
      const history = fill();
      assert.deepEqual(idsOf(await search(history, { text: '100%_\\' })), ['event']);
      assert.deepEqual(idsOf(await search(history, { text: 'c%y' })), []);
    });

    it('for long words at the price of short ones, and past zero bytes', async () => {
      const history = open();
      history.add(entry('letters', 1, Buffer.alloc(1024 * 1024, 'a')));
      history.add(entry('zero', 2, Buffer.from('before\0AFTER ZÜRICH')));
      assert.deepEqual(idsOf(await search(history, { text: 'after' })), ['zero']);
      assert.deepEqual(idsOf(await search(history, { text: 'ZÜRICH zÜrich' })), ['zero']);
      const time = async (text: string): Promise<number> => {
        const began = performance.now();
        assert.deepEqual(idsOf(await search(history, { text })), []);
        return performance.now() - began;
      };
      const short = await time('no');
      const long = await time(`${'a'.repeat(254)}b`);
      // With LIKE it was a hundred times as much and more.
      assert.ok(long < 30 * Math.max(short, 3), `${long} ms, ${short} ms for a short word`);
    });

    it('by status, time and function', async () => {
      const history = fill();
      assert.deepEqual(idsOf(await search(history, { status: 'failed' })), ['slow', 'error']);
      assert.deepEqual(idsOf(await search(history, { status: 'throttled' })), ['refused']);
      assert.deepEqual(idsOf(await search(history, { status: 'ok', since: 2 })), ['log', 'answer']);
      assert.deepEqual(idsOf(await search(history, { functionName: 'maps' })), ['answer']);
    });

    it('a piece at a time, and goes on where it ended', async () => {
      const history = open({ records: 1_000, bytes: 1024 ** 3 });
      const half = Buffer.alloc(512 * 1024, 'x');
      // 80 MiB: more than one answer searches.
      for (let n = 0; n < 160; n++) history.add(entry(`r${String(n).padStart(3, '0')}`, n, half));
      const first = await search(history, { text: 'yes' });
      assert.deepEqual(first.invocations, []);
      assert.ok(first.next !== undefined && first.next.startedAt > 0, JSON.stringify(first));
      const second = await search(history, { text: 'yes', before: first.next });
      assert.deepEqual(second, { invocations: [] });
      const page = await search(history, { text: 'XXX', limit: 2 });
      assert.deepEqual(idsOf(page), ['r159', 'r158']);
      assert.deepEqual(idsOf(await search(history, { text: 'XXX', limit: 1, before: page.next! })), ['r157']);
    });

    it('no further when nobody reads it any more', async () => {
      const history = open({ records: 1_000, bytes: 1024 ** 3 });
      for (let n = 0; n < 20; n++) history.add(entry(`r${n}`, n, Buffer.alloc(1024 * 1024, 'x')));
      const abort = new AbortController();
      const result = history.search({ text: 'yes', limit: 1 }, abort.signal);
      abort.abort();
      // One piece, and it sees that nobody waits: without it there would be four more.
      clock.advance(1);
      assert.deepEqual(await result, { invocations: [] });
    });
  });
});
