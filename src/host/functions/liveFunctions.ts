/** What the parts of the function store know of the functions that are there: their rows, and whom to tell. */
import type { FunctionRow } from './functionRows.ts';

/**
 * `code` and `configuration`: invocations use something new from now on. `state`: only State or LastUpdateStatus moved, or
 * the function is new. These and `deleted` concern `$LATEST` or the whole function; `version` (published, or ready now),
 * `versionDeleted` and `alias` (made, changed or deleted) leave it as it is.
 */
export type FunctionChangeKind =
  'alias' | 'code' | 'configuration' | 'deleted' | 'state' | 'version' | 'versionDeleted';

export interface LiveFunctions {
  row(name: string): FunctionRow | undefined;
  /** Memory only: after it was stored. */
  replace(name: string, row: FunctionRow): void;
  /** `qualifier`: of the version or alias that a change concerns. */
  tell(name: string, kind: FunctionChangeKind, qualifier?: string): void;
  /** As `FunctionStore.ready`. */
  ready(name: string): Promise<void>;
}
