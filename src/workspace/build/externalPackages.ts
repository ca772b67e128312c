/** Packages that a bundle leaves out, and how they are found from the artifact, which lies far from the project. */
import { stat } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import type { Metafile } from 'esbuild';

/** `@scope/name/sub/path` → `@scope/name`. */
function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/**
 * The `node_modules` that has the package, as Node looks for it from `root`; undefined where none has.
 * @param further one that is searched last
 */
export async function packageFolder(
  root: string,
  specifier: string,
  further?: string,
): Promise<string | undefined> {
  const name = packageName(specifier);
  const has = async (packages: string): Promise<boolean> =>
    (await stat(path.join(packages, name)).catch(() => undefined)) !== undefined;
  for (let folder = root; ; folder = path.dirname(folder)) {
    const packages = path.join(folder, 'node_modules');
    if (await has(packages)) return packages;
    if (folder === path.dirname(folder)) break;
  }
  return further !== undefined && (await has(further)) ? further : undefined;
}

export interface ExternalPackages {
  /** Link in the artifact (with forward slashes) → what it leads to. */
  readonly links: Readonly<Record<string, string>>;
  /** The `node_modules` folders that they come from. */
  readonly libraries: readonly string[];
}

/** For the packages that the outputs import and that are installed; others are the runtime's or a layer's. */
export async function externalPackages(
  root: string,
  metafile: Metafile | undefined,
  further: string | undefined,
): Promise<ExternalPackages> {
  const imports = Object.values(metafile?.outputs ?? {}).flatMap(output => output.imports);
  const names = new Set(
    imports
      .filter(({ path: name, external }) => external === true && /^[@\w]/.test(name) && !isBuiltin(name))
      .map(({ path: name }) => packageName(name)),
  );
  const found = new Map<string, string>();
  for (const name of names) {
    const folder = await packageFolder(root, name, further);
    if (folder !== undefined) found.set(name, folder);
  }
  const libraries = [...new Set(found.values())];
  const [only] = libraries;
  if (only === undefined) return { links: {}, libraries };
  // One link is what a container can follow.
  if (libraries.length === 1) return { links: { node_modules: only }, libraries };
  const links = [...found].map(([name, folder]) => [`node_modules/${name}`, path.join(folder, name)]);
  return { links: Object.fromEntries(links) as Record<string, string>, libraries };
}
