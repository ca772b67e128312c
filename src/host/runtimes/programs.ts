/** Finding programs on this machine. */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';

/** A program of a language that runs a function. */
export interface FoundLanguage {
  /** Absolute path of the program. */
  readonly command: string;
  /** `22.14.0` */
  readonly version: string;
  /** Variables that the program itself needs at its start. */
  readonly variables: Readonly<Record<string, string>>;
  /** Said once where it is not the version that the runtime asks for. */
  readonly notice?: string;
}

export type SearchVariables = Readonly<Record<string, string | undefined>>;

/** File name of a program on this platform. */
export function programName(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name;
}

export async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

/** All programs of this name on the PATH, first ones first. */
export async function programsOnPath(name: string, env: SearchVariables): Promise<string[]> {
  const found: string[] = [];
  for (const folder of (env['PATH'] ?? env['Path'] ?? '').split(path.delimiter)) {
    if (folder === '') continue;
    const candidate = path.join(folder, programName(name));
    if (await isProgram(candidate)) found.push(candidate);
  }
  return found;
}

/** What a program prints on stdout, trimmed; undefined where it can't run, fails or takes longer than 10 s. */
export function outputOf(command: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise(resolve => {
    execFile(command, args, { timeout: 10_000, windowsHide: true }, (error, stdout) =>
      resolve(error ? undefined : stdout.trim()),
    );
  });
}

/** `3.13` of `3.13.2`; `22` of `22.14.0` for one part. */
export function versionPrefix(version: string, parts: number): string {
  return version.split('.').slice(0, parts).join('.');
}

export function newestFirst(a: string, b: string): number {
  return b.localeCompare(a, 'en', { numeric: true });
}
