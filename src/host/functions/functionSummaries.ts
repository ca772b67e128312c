/** Functions as clients of the control service see them, with what the database has of their versions and aliases. */
import type { FunctionSummary, VersionsSummary } from '../../protocol/model.ts';
import type { AliasRecord, AliasRows } from './aliasRows.ts';
import type { ArnScope } from './arn.ts';
import type { Builds } from './builds.ts';
import type { FunctionRecord } from './functionRecord.ts';
import type { FunctionRow } from './functionRows.ts';
import { functionSummary } from './functionSummary.ts';
import type { VersionCount, VersionRows } from './versionRows.ts';

export interface FunctionSummaries {
  /** `row`: of the function, where it is still there. */
  of(record: FunctionRecord, row: FunctionRow | undefined): FunctionSummary;
  /** Two queries, however many there are. */
  all(rows: Iterable<FunctionRow>): FunctionSummary[];
}

export interface FunctionSummariesOptions {
  readonly scope: ArnScope;
  readonly builds: Builds;
  readonly versionRows: VersionRows;
  readonly aliasRows: AliasRows;
  /** Versions of a function that are not Active yet. */
  pendingOf(functionId: number): number;
}

export function createFunctionSummaries(options: FunctionSummariesOptions): FunctionSummaries {
  const { scope, builds, versionRows, aliasRows } = options;

  function versionsOf(row: FunctionRow, count: VersionCount | undefined): VersionsSummary | undefined {
    if (count === undefined) return undefined;
    const pending = options.pendingOf(row.id);
    return {
      ...count,
      ...(row.published === undefined ? {} : { current: row.published }),
      ...(pending === 0 ? {} : { pending }),
    };
  }

  const summary = (
    record: FunctionRecord,
    versions: VersionsSummary | undefined,
    aliases: readonly AliasRecord[],
  ): FunctionSummary => functionSummary(record, scope, builds.error(record.name), { versions, aliases });

  return {
    of: (record, row) =>
      row === undefined
        ? summary(record, undefined, [])
        : summary(record, versionsOf(row, versionRows.count(row.id)), aliasRows.list(row.id)),
    all: rows => {
      const counts = versionRows.counts();
      const aliases = aliasRows.all();
      return [...rows].map(row =>
        summary(row.record, versionsOf(row, counts.get(row.id)), aliases.get(row.id) ?? []),
      );
    },
  };
}
