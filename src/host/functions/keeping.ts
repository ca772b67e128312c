/** How long a function that its workspace lost can come back (DESIGN.md rule 3), with its versions, aliases and settings. */
import type { Clock, Timer } from '../clock.ts';
import type { Database } from '../state/database.ts';
import type { FunctionRows } from './functionRows.ts';

/** Wall milliseconds; of a template's layers too. */
export const KEPT_MS = 7 * 24 * 3_600_000;
/** After a purge that failed, wall milliseconds. */
const AGAIN_MS = 60_000;

export interface Keeping {
  /** Forgets what has been hidden for too long, now and whenever the next one is due. Never throws. */
  tidy(): void;
  close(): void;
}

export function createKeeping(rows: Pick<FunctionRows, 'oldestHidden' | 'purge'>, clock: Clock): Keeping {
  let timer: Timer | undefined;

  function tidy(): void {
    timer?.cancel();
    let wait = AGAIN_MS;
    try {
      rows.purge(clock.wallNow() - KEPT_MS);
      const oldest = rows.oldestHidden();
      if (oldest === undefined) return;
      wait = Math.max(1_000, oldest + KEPT_MS - clock.wallNow() + 1);
    } catch {
      // A full disk, for one, which others report: what can't be forgotten now is forgotten later.
    }
    timer = clock.afterWall(wait, tidy);
  }

  return { tidy, close: () => timer?.cancel() };
}

/** Who a function is, whatever others have had its name; undefined where there is none of that name. */
export const functionIdOf = (database: Database, functionName: string): number | undefined =>
  database
    .query<{ readonly id: number }>('SELECT id FROM functions WHERE name = ? AND removed_at IS NULL')
    .get(functionName)?.id;

/** The workspace has lost this very function, which may come back. */
export const isKept = (database: Database, functionName: string, id: number): boolean =>
  database
    .query('SELECT 1 FROM functions WHERE id = ? AND name = ? AND removed_at IS NOT NULL')
    .get(id, functionName) !== undefined;
