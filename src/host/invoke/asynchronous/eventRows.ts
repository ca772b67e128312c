/** How events that wait lie in the database: a small row each, and the payload beside it. */
import type { PendingCount } from '../../../protocol/asynchronous.ts';
import type { Database } from '../../state/database.ts';
import type { EventPolicy } from './eventPolicy.ts';
import type { EventOrigin, LastAttempt, QueuedEvent } from './queuedEvent.ts';
import type { Step } from './nextStep.ts';

interface Row {
  readonly id: number;
  readonly request_id: string;
  readonly function_name: string;
  readonly function_id: number | null;
  readonly qualifier: string | null;
  readonly accepted_at: number;
  readonly due: number;
  readonly attempts: number;
  readonly returns: number;
  readonly echoes: number;
  readonly bytes: number;
  readonly origin: string;
  readonly last: string | null;
  readonly policy: string;
}

const parse = (row: Row): QueuedEvent => ({
  id: row.id,
  requestId: row.request_id,
  functionName: row.function_name,
  ...(row.function_id === null ? {} : { functionId: row.function_id }),
  ...(row.qualifier === null ? {} : { qualifier: row.qualifier }),
  acceptedAt: row.accepted_at,
  due: row.due,
  attempts: row.attempts,
  returns: row.returns,
  echoes: row.echoes,
  bytes: row.bytes,
  origin: JSON.parse(row.origin) as EventOrigin,
  ...(row.last === null ? {} : { last: JSON.parse(row.last) as LastAttempt }),
  policy: JSON.parse(row.policy) as EventPolicy,
});

/** Whose events: a function by its row, as far as that is known. */
export interface EventsOf {
  readonly functionName: string;
  readonly functionId: number | undefined;
}

const eventsOf = (row: Pick<Row, 'function_name' | 'function_id'>): EventsOf => ({
  functionName: row.function_name,
  functionId: row.function_id ?? undefined,
});

export interface EventRows {
  insert(event: Omit<QueuedEvent, 'id'>, payload: Buffer): QueuedEvent;
  payload(id: number): Buffer;
  /** Puts it back. */
  again(event: QueuedEvent, step: Extract<Step, { kind: 'again' }>): void;
  /** It is to be tried at once, since somebody asked for it. */
  hurry(event: QueuedEvent, now: number): void;
  delete(id: number): void;
  /** First due time of each function that has events. */
  stored(): readonly (EventsOf & { readonly due: number })[];
  /** Those who have events, of all functions that have had this name. */
  named(functionName: string): readonly EventsOf[];
  due(of: EventsOf, now: number, limit: number): readonly QueuedEvent[];
  dueAfter(of: EventsOf, now: number): number | undefined;
  find(requestId: string): QueuedEvent | undefined;
  /** What falls due first, first. */
  list(functionName: string | undefined, limit: number): readonly QueuedEvent[];
  /** By function. */
  counts(): readonly PendingCount[];
}

export function createEventRows(database: Database): EventRows {
  const insert = database.query<{ readonly id: number }>(
    `INSERT INTO events (id, request_id, function_name, function_id, qualifier, accepted_at, due, attempts, returns, bytes, origin, policy)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
  );
  // SQLite would give the id of what has just been deleted again, while its end is still being told.
  let lastId =
    database.query<{ readonly id: number }>('SELECT coalesce(max(id), 0) AS id FROM events').get()?.id ?? 0;
  const insertPayload = database.query('INSERT INTO event_payloads (event_id, payload) VALUES (?, ?)');
  const payload = database.query<{ readonly payload: Uint8Array }>(
    'SELECT payload FROM event_payloads WHERE event_id = ?',
  );
  const again = database.query(
    'UPDATE events SET accepted_at = ?, due = ?, attempts = ?, returns = ?, echoes = ?, last = ?, policy = ? WHERE id = ?',
  );
  const remove = database.query('DELETE FROM events WHERE id = ?');
  const due = database.query<Row>(
    'SELECT * FROM events WHERE function_name = ? AND function_id IS ? AND due <= ? ORDER BY due, id LIMIT ?',
  );
  // One function can have 100,000: from name to name, and from id to id, none of them is looked at.
  const nextName = database.query<Pick<Row, 'function_name'>>(
    'SELECT function_name FROM events WHERE function_name > ? ORDER BY function_name LIMIT 1',
  );
  const nextId = database.query<{ readonly function_id: number }>(
    'SELECT function_id FROM events WHERE function_name = ? AND function_id > ? ORDER BY function_id LIMIT 1',
  );
  const withoutId = database.query<Pick<Row, 'id'>>(
    'SELECT id FROM events WHERE function_name = ? AND function_id IS NULL LIMIT 1',
  );
  const first = database.query<Pick<Row, 'id' | 'due'>>(
    'SELECT id, due FROM events WHERE function_name = ? AND function_id IS ? ORDER BY due, id LIMIT ?',
  );
  const byId = database.query<Row>('SELECT * FROM events WHERE id = ?');
  const after = database.query<{ readonly due: number | null }>(
    'SELECT min(due) AS due FROM events WHERE function_name = ? AND function_id IS ? AND due > ?',
  );

  function* names(): Iterable<string> {
    for (let name = nextName.get(''); name !== undefined; name = nextName.get(name.function_name))
      yield name.function_name;
  }

  function* named(functionName: string): Iterable<EventsOf> {
    if (withoutId.get(functionName) !== undefined) yield { functionName, functionId: undefined };
    let id = Number.MIN_SAFE_INTEGER;
    for (let next = nextId.get(functionName, id); next !== undefined; next = nextId.get(functionName, id)) {
      id = next.function_id;
      yield { functionName, functionId: id };
    }
  }

  return {
    insert: (event, bytes) => {
      const row = insert.get(
        ++lastId,
        event.requestId,
        event.functionName,
        event.functionId ?? null,
        event.qualifier ?? null,
        event.acceptedAt,
        event.due,
        event.attempts,
        event.returns,
        event.bytes,
        JSON.stringify(event.origin),
        JSON.stringify(event.policy),
      );
      if (row === undefined) throw new Error(`The database did not take an event for ${event.functionName}.`);
      insertPayload.run(row.id, bytes);
      return { ...event, id: row.id };
    },
    payload: id => Buffer.from(payload.get(id)?.payload ?? []),
    again: (event, step) => {
      again.run(
        event.acceptedAt,
        step.due,
        step.attempts,
        step.returns,
        event.echoes,
        JSON.stringify(step.last),
        JSON.stringify(event.policy),
        event.id,
      );
    },
    hurry: (event, now) => {
      const last: LastAttempt | undefined = event.last && { ...event.last, asked: true };
      database.run(
        'UPDATE events SET due = ?, last = ? WHERE id = ?',
        now,
        last === undefined ? null : JSON.stringify(last),
        event.id,
      );
    },
    delete: id => void remove.run(id),
    stored: () =>
      database
        .query<Pick<Row, 'function_name' | 'function_id' | 'due'>>(
          'SELECT function_name, function_id, min(due) AS due FROM events GROUP BY function_name, function_id',
        )
        .all()
        .map(row => ({ ...eventsOf(row), due: row.due })),
    named: functionName => [...named(functionName)],
    due: ({ functionName, functionId }, now, limit) =>
      due.all(functionName, functionId ?? null, now, limit).map(parse),
    dueAfter: ({ functionName, functionId }, now) =>
      after.get(functionName, functionId ?? null, now)?.due ?? undefined,
    find: requestId =>
      database.query<Row>('SELECT * FROM events WHERE request_id = ?').all(requestId).map(parse)[0],
    list: (functionName, limit) =>
      [...(functionName === undefined ? names() : [functionName])]
        .flatMap(name => [...named(name)])
        .flatMap(of => first.all(of.functionName, of.functionId ?? null, limit))
        .sort((one, other) => one.due - other.due || one.id - other.id)
        .slice(0, limit)
        .flatMap(({ id }) => byId.all(id).map(parse)),
    counts: () =>
      database
        .query<PendingCount>(
          'SELECT function_name AS functionName, count(*) AS count FROM events GROUP BY function_name',
        )
        .all(),
  };
}
