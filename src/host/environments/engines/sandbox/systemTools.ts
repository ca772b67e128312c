/** The programs of util-linux that make a sandbox. */
import path from 'node:path';
import { isProgram } from '../../../runtimes/programs.ts';

const NAMES = ['unshare', 'nsenter', 'setpriv', 'setsid', 'mount', 'umount', 'sh'] as const;

/** Absolute paths. */
export type SystemTools = Readonly<Record<(typeof NAMES)[number], string>>;

const FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/run/current-system/sw/bin'];

/** The tools, or the names of those that are missing. */
export async function findTools(searchPath = ''): Promise<SystemTools | readonly string[]> {
  const folders = [...FOLDERS, ...searchPath.split(path.delimiter).filter(folder => path.isAbsolute(folder))];
  const found: Partial<Record<keyof SystemTools, string>> = {};
  for (const name of NAMES) {
    for (const folder of folders) {
      if (found[name] === undefined && (await isProgram(path.join(folder, name))))
        found[name] = path.join(folder, name);
    }
  }
  return isComplete(found) ? found : NAMES.filter(name => found[name] === undefined);
}

function isComplete(found: Partial<Record<keyof SystemTools, string>>): found is SystemTools {
  return NAMES.every(name => found[name] !== undefined);
}
