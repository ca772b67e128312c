/** Finds build tools on the PATH, and says how to get one that isn't there. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { runProgram } from './runProgram.ts';

/** What builds need, and where it comes from. */
const sources = {
  make: 'Install GNU make: apt install make, xcode-select --install, or choco install make.',
  go: 'Install Go: https://go.dev/dl/',
  cargo: 'Install Rust: https://rustup.rs/',
  'cargo-lambda':
    'Install it: pip3 install cargo-lambda, or https://www.cargo-lambda.info/guide/installation.html',
  mvn: 'Install Maven: https://maven.apache.org/install.html',
  gradle: 'Install Gradle (https://gradle.org/install/), or give the project a wrapper (gradlew).',
  java: 'Install a JDK: https://docs.aws.amazon.com/corretto/',
  bundle: 'Install Ruby, which brings Bundler: https://www.ruby-lang.org/en/documentation/installation/',
  dotnet: 'Install the .NET SDK: https://dotnet.microsoft.com/download',
  npm: 'Install Node.js, which brings npm: https://nodejs.org/en/download',
  python: 'Install Python: https://www.python.org/downloads/',
  uv: 'Install uv: https://docs.astral.sh/uv/getting-started/installation/',
} as const;

export type ProgramName = keyof typeof sources;

/** The program's absolute path, or undefined. */
export async function findProgram(
  name: string,
  searchPath = process.env['PATH'] ?? '',
): Promise<string | undefined> {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  for (const folder of searchPath.split(path.delimiter).filter(place => path.isAbsolute(place))) {
    for (const ending of endings) {
      const file = path.join(folder, name + ending);
      if (await isProgram(file)) return file;
    }
  }
  return undefined;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

/** @param what `the Go code of "orders"` */
export function missingProgram(name: ProgramName, what: string): string {
  return `${name}, which builds ${what}, was not found on the PATH. ${sources[name]} Then start Lamplight again, so that it sees it.`;
}

const versions = new Map<string, Promise<string>>();

/**
 * What the tool says of its version, once for each folder: version managers answer by the folder. Empty for a tool that
 * says nothing.
 */
export function versionOf(command: string, args: readonly string[], cwd: string): Promise<string> {
  const key = [command, cwd].join('\0');
  let version = versions.get(key);
  if (version === undefined) {
    version = runProgram({ command, args, cwd, signal: AbortSignal.timeout(30_000) }).then(
      ({ stdout }) => stdout.trim(),
      () => '',
    );
    versions.set(key, version);
  }
  return version;
}
