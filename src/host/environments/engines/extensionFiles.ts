/** The external extensions that AWS would start: the files in `/opt/extensions`, or in what stands for it (spec/execution-environment.md §2.3). */
import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** A file of this name in the layers turns extensions off; AWS's own runtime knows it. */
const OFF = 'disable-extensions-jwigqn8j';

export interface ExtensionFiles {
  /** In AWS's order; none where they are {@link disabled}. */
  readonly names: readonly string[];
  readonly disabled: boolean;
}

/** `layers` is the folder, on this machine, of what stands at `/opt`. */
export async function extensionFiles(layers: string | undefined): Promise<ExtensionFiles> {
  if (layers === undefined) return { names: [], disabled: false };
  const top = await readdir(layers).catch((): string[] => []);
  if (top.includes(OFF)) return { names: [], disabled: true };
  const entries = await readdir(path.join(layers, 'extensions'), { withFileTypes: true }).catch(() => []);
  const names = entries.filter(entry => !entry.isDirectory()).map(({ name }) => name);
  return { names: names.sort(), disabled: false };
}

/** What is said where an engine starts none of them. */
export function notStartedNotice(functionName: string, { names }: ExtensionFiles): string | undefined {
  if (names.length === 0) return undefined;
  const which = `The external ${names.length === 1 ? 'extension' : 'extensions'} of ${functionName} (${names.join(', ')})`;
  return `${which} ${names.length === 1 ? 'is' : 'are'} not started in a container: start the host with --engine process for a function that needs ${names.length === 1 ? 'it' : 'them'}.`;
}
