import path from 'node:path';
import type { FunctionSummary } from '../../protocol/model.ts';
import type { DeclaredFunction } from '../../protocol/workspace.ts';
import { splitText, versionName } from '../aliases/split.ts';
import { t } from '../localize.ts';
import { LATEST } from '../versions/latest.ts';

/** What a debugger of an alias that is divided must be told: a share of its invocations passes it by. */
export function divisionNote(
  live: Pick<FunctionSummary, 'aliases'> | undefined,
  qualifier: string | undefined,
): string | undefined {
  const alias = live?.aliases?.find(candidate => candidate.name === qualifier);
  return alias?.additional === undefined
    ? undefined
    : t(
        'Alias {0} is divided ({1}): invocations that go to {2} are not debugged.',
        alias.name,
        splitText(alias),
        versionName(alias.additional.version),
      );
}

/**
 * The folder of the workspace that a version's code was copied from, where it runs as it is. The debugger then knows the
 * files of the version as those of the workspace; where one differs by now, it shows the version's.
 *
 * @param codeRoot folder of the code that `$LATEST` runs from, if it comes from the workspace
 * @param folder real path of the workspace folder
 */
export function sourceRootOf(
  codeRoot: string | undefined,
  folder: string,
  version: string,
): string | undefined {
  if (version === LATEST || codeRoot === undefined) return undefined;
  const below = path.relative(folder, codeRoot);
  // A bundle lies among the host's builds, and has a map of its own beside it.
  const isOutside = below === '..' || below.startsWith(`..${path.sep}`) || path.isAbsolute(below);
  return isOutside ? undefined : codeRoot;
}

/** The folder of the workspace that a tool makes the function's code of; parts of it are copied as they are. */
export function builtFrom(declared: Pick<DeclaredFunction, 'code'> | undefined): string | undefined {
  return declared?.code.kind === 'tool' ? declared.code.root : undefined;
}
