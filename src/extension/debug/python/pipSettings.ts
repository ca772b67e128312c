/** Where the user's pip gets packages from: this machine may reach a mirror only (https://pip.pypa.io/en/stable/topics/configuration/). */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Surroundings } from '../../../client/userFolders.ts';

export interface PipSettings {
  /** Addresses of indexes with the simple API, the one to ask first in front. */
  readonly indexes: readonly string[];
  /** Folders that may hold the wheel itself. */
  readonly folders: readonly string[];
  /** PEM file with the certificates to trust besides. */
  readonly certificates: string | undefined;
}

const DEFAULT_INDEX = 'https://pypi.org/simple';

/** Reads pip's configuration files and variables; what can't be read is as if it weren't there. */
export async function pipSettings(here: Surroundings): Promise<PipSettings> {
  const set = new Map<string, string>();
  for (const file of configurationFiles(here)) {
    const text = await readFile(file, 'utf8').catch(() => '');
    for (const [name, value] of optionsOf(text)) set.set(name, value);
  }
  for (const name of ['index-url', 'extra-index-url', 'find-links', 'cert', 'no-index']) {
    const value = here.env[`PIP_${name.toUpperCase().replaceAll('-', '_')}`];
    if (value !== undefined && value !== '') set.set(name, value);
  }
  const words = (name: string): string[] => (set.get(name) ?? '').split(/\s+/).filter(word => word !== '');
  const isOff = /^(1|true|yes|on)$/i.test(set.get('no-index') ?? '');
  const certificates = set.get('cert') ?? here.env['REQUESTS_CA_BUNDLE'] ?? here.env['SSL_CERT_FILE'];
  return {
    indexes: isOff ? [] : [set.get('index-url') ?? DEFAULT_INDEX, ...words('extra-index-url')],
    folders: words('find-links').filter(word => path.isAbsolute(word)),
    certificates: certificates === '' ? undefined : certificates,
  };
}

/** From the one that counts least to the one that counts most. */
function configurationFiles({ platform, env, home }: Surroundings): readonly string[] {
  const own = env['PIP_CONFIG_FILE'];
  // pip's way to say: none at all.
  if (own === 'os.devnull' || own === '/dev/null') return [];
  const last = own === undefined || own === '' ? [] : [own];
  if (platform === 'win32') {
    return [
      path.join(env['ProgramData'] ?? 'C:\\ProgramData', 'pip', 'pip.ini'),
      path.join(home, 'pip', 'pip.ini'),
      path.join(env['APPDATA'] ?? path.join(home, 'AppData', 'Roaming'), 'pip', 'pip.ini'),
      ...last,
    ];
  }
  const config = env['XDG_CONFIG_HOME'] ?? path.join(home, '.config');
  const apple = 'Library/Application Support/pip/pip.conf';
  return [
    ...(platform === 'darwin' ? [path.join('/', apple)] : ['/etc/xdg/pip/pip.conf']),
    '/etc/pip.conf',
    path.join(home, '.pip', 'pip.conf'),
    path.join(config, 'pip', 'pip.conf'),
    ...(platform === 'darwin' ? [path.join(home, apple)] : []),
    ...last,
  ];
}

/** Options of an INI file as Python's configparser reads it, those for every command and for downloads. */
function optionsOf(text: string): Map<string, string> {
  const options = new Map<string, string>();
  let counts = false;
  let last: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*[#;]/.test(line) || line.trim() === '') continue;
    const section = /^\[([^\]]+)\]/.exec(line)?.[1];
    const option = /^([^\s=:][^=:]*?)\s*[=:]\s*(.*)$/.exec(line);
    if (section !== undefined) {
      counts = ['global', 'install', 'download'].includes(section.trim());
      last = undefined;
    } else if (/^\s/.test(line) && last !== undefined) {
      // A value of several lines.
      if (counts) options.set(last, `${options.get(last) ?? ''} ${line.trim()}`.trim());
    } else if (option !== null) {
      last = (option[1] ?? '').toLowerCase().replaceAll('_', '-');
      if (counts) options.set(last, (option[2] ?? '').trim());
    }
  }
  return options;
}
