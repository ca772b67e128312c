/** Installed packages that the workspace keeps outside the function's code, in a container (EnvironmentSpec.code.libraries). */
import { lstat, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { EnvironmentSpec } from '../../environment.ts';

/** Where libraries lie that need a search path. */
const LIBRARIES = '/var/lamplight/libraries';

/**
 * The project's installed packages, where the build left them outside the code. A `node_modules` goes where Node.js
 * looks from /var/task upwards, for ES modules too, which do not know NODE_PATH.
 */
export function libraryMounts(libraries: readonly string[]): [source: string, target: string][] {
  const upwards = ['/var/node_modules', '/node_modules'];
  return libraries.map((folder, index) => {
    const place = path.basename(folder) === 'node_modules' ? upwards.shift() : undefined;
    return [folder, place ?? `${LIBRARIES}/${index}`];
  });
}

/** The variable of the language that leads to libraries which no runtime finds by itself; nothing where there are none. */
export function librarySearchPath(
  spec: Pick<EnvironmentSpec, 'code' | 'runtime' | 'variables'>,
): Record<string, string> {
  const libraries = spec.code.kind === 'folder' ? (spec.code.libraries ?? []) : [];
  const places = libraryMounts(libraries)
    .map(([, target]) => target)
    .filter(target => target.startsWith(LIBRARIES));
  const name = SEARCH_PATHS[/^[a-z]+/.exec(spec.runtime ?? '')?.[0] ?? ''];
  if (places.length === 0 || name === undefined) return {};
  const [variable, own] = name;
  return { [variable]: [spec.variables[variable] ?? own, ...places].join(':') };
}

/** With what AWS's bootstrap sets where the variable is absent (§5.1). */
const SEARCH_PATHS: Readonly<Record<string, readonly [variable: string, own: string]>> = {
  nodejs: ['NODE_PATH', '/opt/nodejs/node_modules:/var/runtime/node_modules:/var/runtime:/var/task'],
  python: ['PYTHONPATH', '/var/runtime'],
};

/**
 * A `node_modules` that is a link in the code's folder (a build makes one to the project's) leads nowhere in a container:
 * what it leads to is mounted where it points. Path on this machine → path in the container.
 */
export async function linkedPackages({
  code,
}: Pick<EnvironmentSpec, 'code'>): Promise<Record<string, string>> {
  if (code.kind !== 'folder') return {};
  const link = path.join(code.root, 'node_modules');
  try {
    if (!(await lstat(link)).isSymbolicLink()) return {};
    const target = await readlink(link);
    // A link within the code is mounted with it.
    if (!path.posix.isAbsolute(target)) return {};
    return { [await realpath(link)]: target };
  } catch {
    return {};
  }
}
