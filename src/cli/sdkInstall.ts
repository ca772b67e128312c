/** Fetches the AWS SDK into Lamplight's storage, with the user's own npm and pip and what they are set to (registry, proxy). */
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from './command.ts';

export interface SdkInstall {
  readonly language: 'node' | 'python';
  /** What a user calls it. */
  readonly label: string;
  /** `3.13` */
  readonly version: string;
  /** The Python that runs the functions. */
  readonly command: string;
  /** `…/node_modules` for Node.js. */
  readonly folder: string;
  readonly packages: readonly string[];
}

const LIMIT_MS = 10 * 60_000;
const UNREACHABLE =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|NewConnectionError|NameResolutionError|Temporary failure in name resolution|Max retries exceeded/;

/** Resolves with undefined when all is there, else with why it is not, in words for the user. */
export async function installSdk(what: SdkInstall, context: Context): Promise<string | undefined> {
  const count = what.packages.length === 1 ? what.packages.join('') : `${what.packages.length} packages`;
  const manager = what.language === 'node' ? 'npm' : 'pip';
  context.err(`${what.label}: ${manager} installs ${count} into ${what.folder}\n`);
  try {
    return await (what.language === 'node' ? npmInstall : pipInstall)(what, context);
  } catch (error) {
    return `${what.folder} can't be written: ${(error as Error).message}`;
  }
}

async function npmInstall(what: SdkInstall, context: Context): Promise<string | undefined> {
  const home = path.dirname(what.folder);
  await mkdir(home, { recursive: true, mode: 0o700 });
  // Without a manifest npm would look for a project above. It keeps in it what was installed before.
  const manifest = path.join(home, 'package.json');
  await readFile(manifest).catch(() => writeFile(manifest, '{ "private": true }\n'));
  const flags = [
    ...['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=http'],
    // Its own patience would make a minute's wait of a network that isn't there.
    ...['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=2000'],
  ];
  let packages = what.packages;
  for (;;) {
    const ended = await run('npm', ['install', ...flags, ...packages], home, context);
    if (ended.code === undefined)
      return 'npm was not found on the PATH: install Node.js from https://nodejs.org';
    // A name that a function has wrong must not keep the others from their packages.
    const unknown = /^npm (?:error|ERR!) 404 .*'(@[^@']+)@[^']*'/m.exec(ended.text)?.[1];
    if (ended.code !== 0 && (unknown === undefined || !packages.includes(unknown))) {
      const words = /^npm (?:error|ERR!) (?!code|errno|syscall|network|A complete log)(\S.*)$/m;
      return reason('npm', ended.text, words);
    }
    if (ended.code !== 0) packages = packages.filter(name => name !== unknown);
    if (ended.code === 0 || packages.length === 0) {
      const never = what.packages.filter(name => !packages.includes(name));
      return never.length === 0 ? undefined : `the npm registry has no ${never.join(', ')}`;
    }
  }
}

async function pipInstall(what: SdkInstall, context: Context): Promise<string | undefined> {
  const home = path.dirname(what.folder);
  await mkdir(home, { recursive: true, mode: 0o700 });
  // All of it is plain Python: any pip can fetch it for any version, should the functions' Python have none.
  const args = [
    ...['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--no-compile', '--upgrade'],
    ...['--retries', '1', '--only-binary=:all:', '--python-version', what.version],
    ...['--target', what.folder, ...what.packages],
  ];
  for (const command of [what.command, 'python3', 'python']) {
    const ended = await run(command, args, home, context);
    if (ended.code === 0) return undefined;
    if (ended.code === undefined || /No module named '?pip/.test(ended.text)) continue;
    return reason('pip', ended.text, /^ERROR: (.+)$/m);
  }
  return `${what.command} has no pip: install it (https://pip.pypa.io/en/stable/installation/)`;
}

function reason(program: string, text: string, pattern: RegExp): string {
  if (UNREACHABLE.test(text)) {
    return `${program} could not reach its package registry: it needs the network, this once`;
  }
  return `${program} says: ${pattern.exec(text)?.[1] ?? text.trim().split('\n').at(-1) ?? 'nothing'}`;
}

interface Ended {
  /** Undefined where there is no such program. */
  readonly code: number | null | undefined;
  readonly text: string;
}

/** On a terminal one line counts what arrives. */
function run(command: string, args: readonly string[], cwd: string, context: Context): Promise<Ended> {
  const shell = context.platform === 'win32' && command === 'npm';
  return new Promise(resolve => {
    const child = spawn(command, args, {
      cwd,
      shell,
      env: { ...context.env, PIP_USER: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Not `timeout`: its timer would hold the process where there is no such program.
      signal: AbortSignal.timeout(LIMIT_MS),
      windowsHide: true,
    });
    let text = '';
    let steps = 0;
    const hear = (chunk: Buffer): void => {
      const piece = chunk.toString();
      text = (text + piece).slice(-64 * 1024);
      steps += piece.match(/^(?:npm http fetch|Collecting|Downloading|Using cached)/gm)?.length ?? 0;
      if (process.stderr.isTTY && steps > 0) context.err(`\r  ${steps} files`);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    const end = (code: number | null | undefined): void => {
      if (process.stderr.isTTY && steps > 0) context.err('\r\u001b[K');
      resolve({ code, text });
    };
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (error.name === 'AbortError') text += '\nIt took longer than 10 minutes.';
      end(error.code === 'ENOENT' ? undefined : null);
    });
    child.once('close', end);
  });
}
