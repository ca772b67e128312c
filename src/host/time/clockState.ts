/** Where service time stands, in the database: it outlives the host, and `kill -9` too. */
import type { Database } from '../state/database.ts';
import type { Migration } from '../state/migrations.ts';

export interface ClockState {
  /** Epoch milliseconds of service time … */
  readonly service: number;
  /** … when the machine's clock showed these. */
  readonly wall: number;
  readonly speed: number;
  readonly frozen: boolean;
}

/** Keeps one {@link ClockState}. */
export interface ClockStore {
  read(): ClockState | undefined;
  /** It is stored when this returns. Throws a StateError. */
  write(state: ClockState): void;
}

export const clockMigrations: readonly Migration[] = [
  {
    id: 'time-0001-clock',
    statements: [
      `CREATE TABLE clock (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        service REAL NOT NULL,
        wall REAL NOT NULL,
        speed REAL NOT NULL,
        frozen INTEGER NOT NULL
      ) STRICT`,
    ],
  },
];

interface Row {
  readonly service: number;
  readonly wall: number;
  readonly speed: number;
  readonly frozen: number;
}

export function clockStore(database: Database): ClockStore {
  const select = database.query<Row>('SELECT service, wall, speed, frozen FROM clock WHERE id = 1');
  const insert = database.query(
    'INSERT OR REPLACE INTO clock (id, service, wall, speed, frozen) VALUES (1, ?, ?, ?, ?)',
  );
  return {
    read() {
      const row = select.get();
      return row && { service: row.service, wall: row.wall, speed: row.speed, frozen: row.frozen === 1 };
    },
    write: ({ service, wall, speed, frozen }) => void insert.run(service, wall, speed, frozen ? 1 : 0),
  };
}
