/**
 * The fault rules of this host: stored, counted, and asked by the invocation plane. Rules are asked in the order in which
 * they were made; the first that hits is the only one that counts, and those behind it are not asked.
 */
import { AwsError } from '../../../protocol/awsError.ts';
import { isOn, type FaultMark, type FaultRule, type FaultRuleSummary } from '../../../protocol/faults.ts';
import type { Clock, Timer } from '../../clock.ts';
import type { Database } from '../../state/database.ts';
import { concerns, draw, POINTS, strikes, type FaultArrival, type FaultPoint } from './decideFault.ts';
import { readFaultRule } from './readFaultRule.ts';

export interface FaultHit {
  readonly mark: FaultMark;
  readonly rule: FaultRule;
  readonly at: FaultPoint;
  /** From 0 up to 1, by the rule's seed: always the same for the same hit. */
  draw(what: string): number;
  /** What it hit came to nothing before the fault could happen: the next one that is asked about has it. */
  giveBack(): void;
}

/** What the invocation plane asks. */
export interface FaultDecisions {
  /** Costs nothing where no rule is on. */
  decide(point: FaultPoint, arrival: FaultArrival): FaultHit | undefined;
}

export interface FaultRules extends FaultDecisions {
  /** In the order in which they were made. */
  list(): readonly FaultRuleSummary[];
  /** Both throw a ValidationException for what is no rule, and a LimitExceededException above {@link MOST_RULES}. */
  add(rule: unknown): FaultRuleSummary;
  /** Another rule under the same id, whose counts begin again. This and all below throw where there is no such rule. */
  replace(id: string, rule: unknown): FaultRuleSummary;
  /** Its counts begin again: the same calls in the same order have the same faults as the first time. */
  reset(id: string): FaultRuleSummary;
  /** Counts stay. */
  enable(id: string, enabled: boolean): FaultRuleSummary;
  remove(id: string): void;
  /** Of all; their ids. */
  clear(): readonly string[];
  /** After {@link remove}: with its counts. The last {@link REMOVED_KEPT} can be had. */
  restore(id: string): FaultRuleSummary;
  close(): void;
}

export const MOST_RULES = 100;
export const REMOVED_KEPT = 100;
/** Wall milliseconds between two tellings of counts. */
const TELL_MS = 250;

interface Row {
  readonly id: number;
  readonly rule: string;
  readonly seen: number;
  readonly hits: number;
  readonly last_hit: number | null;
}

const COLUMNS = 'id, rule, seen, hits, last_hit';

const summaryOf = ({ id, rule, seen, hits, last_hit }: Row): FaultRuleSummary => ({
  id: `f${id}`,
  ...(JSON.parse(rule) as Omit<FaultRule, 'id'>),
  seen,
  hits,
  ...(last_hit === null ? {} : { lastHit: last_hit }),
});

export interface FaultRulesOptions {
  /** Migrated with {@link import('../schema.ts').invokeMigrations}. */
  readonly database: Database;
  readonly clock: Pick<Clock, 'serviceNow' | 'afterWall'>;
  /** Tells clients what has changed: at once, but of counts a few times a second at most. */
  publish(event: { readonly type: 'faults'; readonly rules: readonly FaultRuleSummary[] }): void;
  /** Tells that rules of an earlier host are on, and why counts can't be stored, once until it works again. */
  notice(severity: 'warning' | 'error', message: string): void;
}

export function createFaultRules(options: FaultRulesOptions): FaultRules {
  const { database, clock } = options;
  const rules = new Map<string, FaultRuleSummary>(
    database
      .query<Row>(`SELECT ${COLUMNS} FROM fault_rules WHERE removed = 0 ORDER BY id`)
      .all()
      .map(row => [`f${row.id}`, summaryOf(row)]),
  );
  const insert = database.query<{ readonly id: number }>(
    'INSERT INTO fault_rules (rule) VALUES (?) RETURNING id',
  );
  const count = database.query('UPDATE fault_rules SET seen = ?, hits = ?, last_hit = ? WHERE id = ?');
  /** Those that are on, by where they are asked. */
  let asked: Readonly<Record<FaultPoint, readonly string[]>> = sorted();
  let timer: Timer | undefined;
  let isFailing = false;

  function sorted(): Readonly<Record<FaultPoint, readonly string[]>> {
    const at = (point: FaultPoint): readonly string[] =>
      [...rules.values()].filter(rule => isOn(rule) && POINTS[rule.kind] === point).map(({ id }) => id);
    return {
      accept: at('accept'),
      admission: at('admission'),
      admitted: at('admitted'),
      start: at('start'),
    };
  }

  function tell(): void {
    timer?.cancel();
    timer = undefined;
    options.publish({ type: 'faults', rules: [...rules.values()] });
  }

  function put(rule: FaultRuleSummary): FaultRuleSummary {
    rules.set(rule.id, rule);
    asked = sorted();
    tell();
    return rule;
  }

  function known(id: string): FaultRuleSummary {
    const rule = rules.get(id);
    if (rule === undefined) throw notFound(id);
    return rule;
  }

  function begin(id: string, rule: Omit<FaultRule, 'id'>): FaultRuleSummary {
    database.run(
      'UPDATE fault_rules SET rule = ?, seen = 0, hits = 0, last_hit = NULL WHERE id = ?',
      JSON.stringify(rule),
      numberOf(id),
    );
    return put({ id, ...rule, seen: 0, hits: 0 });
  }

  function room(): void {
    if (rules.size >= MOST_RULES)
      throw new AwsError(
        'LimitExceededException',
        400,
        `There are ${MOST_RULES} fault rules: remove one first.`,
      );
  }

  function store(counted: FaultRuleSummary): void {
    rules.set(counted.id, counted);
    try {
      count.run(counted.seen, counted.hits, counted.lastHit ?? null, numberOf(counted.id));
      isFailing = false;
    } catch (error) {
      if (!isFailing) options.notice('error', `Fault rules can't be counted: ${String(error)}`);
      isFailing = true;
    }
    timer ??= clock.afterWall(TELL_MS, tell);
  }

  /** It was asked: what it has come to is stored before anything comes of it. */
  function asks(rule: FaultRuleSummary, arrival: FaultArrival): FaultHit | undefined {
    if (!concerns(rule, arrival)) return undefined;
    const isHit = strikes(rule, rule);
    const counted: FaultRuleSummary = {
      ...rule,
      seen: rule.seen + 1,
      ...(isHit ? { hits: rule.hits + 1, lastHit: clock.serviceNow() } : {}),
    };
    store(counted);
    if (!isHit) return undefined;
    if (!isOn(counted)) asked = sorted();
    const { id, kind, seed } = rule;
    return {
      mark: { rule: id, kind },
      rule,
      at: POINTS[kind],
      draw: what => draw(seed, rule.seen, what),
      giveBack: () => giveBack(rule),
    };
  }

  /** @param then the rule as it was when it was asked */
  function giveBack(then: FaultRuleSummary): void {
    const now = rules.get(then.id);
    // It was removed, or begins again.
    if (now === undefined || now.seed !== then.seed || now.seen <= then.seen || now.hits === 0) return;
    const { lastHit: _lastHit, ...rest } = now;
    const earlier = now.hits === then.hits + 1 ? then.lastHit : now.lastHit;
    store({
      ...rest,
      seen: now.seen - 1,
      hits: now.hits - 1,
      ...(earlier === undefined ? {} : { lastHit: earlier }),
    });
    asked = sorted();
  }

  const on = [...rules.values()].filter(isOn).length;
  if (on > 0)
    options.notice(
      'warning',
      `Fault rules are on: ${on}. lamplight faults lists them, lamplight faults clear removes them.`,
    );

  return {
    decide(point, arrival) {
      for (const id of asked[point]) {
        const rule = rules.get(id);
        const hit = rule && asks(rule, arrival);
        if (hit) return hit;
      }
      return undefined;
    },
    list: () => [...rules.values()],
    add(given) {
      const rule = readFaultRule(given);
      room();
      const row = insert.get(JSON.stringify(rule));
      if (row === undefined) throw new Error('The database did not take a fault rule.');
      return put({ id: `f${row.id}`, ...rule, seen: 0, hits: 0 });
    },
    replace(id, given) {
      known(id);
      return begin(id, readFaultRule(given));
    },
    reset: id => begin(id, readFaultRule(known(id))),
    enable(id, enabled) {
      const { id: _id, seen: _seen, hits: _hits, lastHit: _lastHit, ...rule } = { ...known(id), enabled };
      database.run('UPDATE fault_rules SET rule = ? WHERE id = ?', JSON.stringify(rule), numberOf(id));
      return put({ ...known(id), enabled });
    },
    remove(id) {
      known(id);
      removeAll([id]);
    },
    clear() {
      const ids = [...rules.keys()];
      removeAll(ids);
      return ids;
    },
    restore(id) {
      const row = database
        .query<Row>(`SELECT ${COLUMNS} FROM fault_rules WHERE id = ? AND removed > 0`)
        .get(numberOf(id));
      if (row === undefined) throw notFound(id);
      room();
      database.run('UPDATE fault_rules SET removed = 0 WHERE id = ?', row.id);
      rules.set(id, summaryOf(row));
      const ordered = [...rules.values()].sort((a, b) => numberOf(a.id) - numberOf(b.id));
      rules.clear();
      for (const rule of ordered) rules.set(rule.id, rule);
      return put(summaryOf(row));
    },
    close: () => timer?.cancel(),
  };

  function removeAll(ids: readonly string[]): void {
    if (ids.length === 0) return;
    const last =
      database
        .query<{ readonly last: number }>('SELECT coalesce(max(removed), 0) AS last FROM fault_rules')
        .get()?.last ?? 0;
    database.transaction(() => {
      ids.forEach((id, index) => {
        database.run('UPDATE fault_rules SET removed = ? WHERE id = ?', last + 1 + index, numberOf(id));
      });
      // Those that were removed last can be brought back.
      database.run(
        `DELETE FROM fault_rules WHERE removed > 0 AND id NOT IN
           (SELECT id FROM fault_rules WHERE removed > 0 ORDER BY removed DESC LIMIT ?)`,
        REMOVED_KEPT,
      );
    });
    for (const id of ids) rules.delete(id);
    asked = sorted();
    tell();
  }
}

const notFound = (id: string): AwsError =>
  new AwsError(
    'ResourceNotFoundException',
    404,
    `There is no fault rule ${id}: lamplight faults lists them.`,
  );

/** 0, which no rule has, for what is no id. */
const numberOf = (id: string): number => (/^f\d{1,15}$/.test(id) ? Number(id.slice(1)) : 0);
