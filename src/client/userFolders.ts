/** The user's own folders on each platform: the one place that knows where they are. */
import os from 'node:os';
import path from 'node:path';

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

export function surroundings(): Surroundings {
  return { platform: process.platform, env: process.env, home: os.homedir() };
}

/** An environment variable that names an absolute folder; the XDG specification says to ignore relative ones. */
function folderFrom(value: string | undefined): string | undefined {
  return value !== undefined && path.isAbsolute(value) ? value : undefined;
}

/**
 * Where Lamplight keeps what must last: `$XDG_DATA_HOME/lamplight` or `~/.local/share/lamplight`, on macOS
 * `~/Library/Application Support/lamplight`, on Windows `%LOCALAPPDATA%\lamplight`.
 */
export function userDataFolder(here: Surroundings = surroundings()): string {
  return path.join(platformFolder(here, 'XDG_DATA_HOME', ['.local', 'share'], 'Application Support'), APP);
}

/** The AWS SDK that functions find where their projects lack it: filled by `lamplight doctor --fix`, shared by all workspaces. */
export function sdkStorage(here: Surroundings = surroundings()): string {
  return path.join(userDataFolder(here), 'sdk');
}

/** The debugger for Python, which the editor offers to fetch where none is on this machine; shared by all workspaces. */
export function debugpyStorage(here: Surroundings = surroundings()): string {
  return path.join(userDataFolder(here), 'debugpy');
}

/** Where Lamplight keeps what can be made again: `~/.cache/lamplight`, `~/Library/Caches/lamplight`, `%LOCALAPPDATA%\lamplight\cache`. */
export function userCacheFolder(here: Surroundings = surroundings()): string {
  const base = path.join(platformFolder(here, 'XDG_CACHE_HOME', ['.cache'], 'Caches'), APP);
  return here.platform === 'win32' ? path.join(base, 'cache') : base;
}

const APP = 'lamplight';

function platformFolder(here: Surroundings, xdg: string, dotted: readonly string[], library: string): string {
  if (here.platform === 'win32') {
    return folderFrom(here.env['LOCALAPPDATA']) ?? path.join(here.home, 'AppData', 'Local');
  }
  if (here.platform === 'darwin') return path.join(here.home, 'Library', library);
  return folderFrom(here.env[xdg]) ?? path.join(here.home, ...dotted);
}
