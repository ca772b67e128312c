/** Scripts that stand in for build tools, alone on the PATH. */
import { existsSync, readFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { tempFolder } from './tempFolder.ts';

const searchPath = process.env['PATH'];

/** The folder with them. */
export interface FakeTools {
  readonly folder: string;
  /** What they say of their version. */
  version(text: string): Promise<void>;
  /** How often `count` was run. */
  runs(): number;
}

/** Line of a script that counts its runs. */
export const count = 'echo x >> "$(dirname "$0")/runs"';

/** Makes `main.go` the program, and fails where it has the word `bad`. */
export const copyingGo = `${count}\nwhile [ "$1" != -o ]; do shift; done\ncp main.go "$2"\nif grep -q bad main.go; then echo "./main.go:2:1: bad" >&2; exit 1; fi`;

/**
 * From now on there are no other programs on the PATH, beside those that the scripts themselves use.
 * @param programs name → what it does besides answering for its version
 */
export async function installTools(programs: Readonly<Record<string, string>>): Promise<FakeTools> {
  const folder = await tempFolder({ version: '1' });
  for (const [name, script] of Object.entries(programs)) {
    const text = `#!/bin/sh\nPATH=/usr/bin:/bin\ncase "$1" in version|--version) cat "${folder}/version"; exit;; esac\n${script}\n`;
    await writeFile(path.join(folder, name), text);
    await chmod(path.join(folder, name), 0o755);
  }
  process.env['PATH'] = folder;
  return {
    folder,
    version: text => writeFile(path.join(folder, 'version'), text),
    runs: () => {
      const file = path.join(folder, 'runs');
      return existsSync(file) ? readFileSync(file, 'utf8').length / 2 : 0;
    },
  };
}

export function restoreTools(): void {
  process.env['PATH'] = searchPath;
}
