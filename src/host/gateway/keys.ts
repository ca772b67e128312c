/**
 * The keys that the gate knows: the owner's pair, made once for this state folder and kept in keys.json, and one set of
 * session keys for each execution environment, which never touch the disk.
 */
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { chmodSync, lstatSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { HostCredentials } from '../../protocol/hostInfo.ts';

/** Name of the file in the state folder; mode 0600. */
export const KEYS_FILE = 'keys.json';

export interface KnownKey {
  readonly secretAccessKey: string;
  /** Session keys only work together with it. */
  readonly sessionToken?: string;
  /** Function whose environment holds the key; absent for the owner's. */
  readonly functionName?: string;
  /** Id of that environment. */
  readonly environmentId?: string;
}

/** As environments/ takes them (environment.ts, SessionCredentials). */
export interface MintedCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  revoke(): void;
}

export interface Keys {
  readonly owner: HostCredentials;
  find(accessKeyId: string): KnownKey | undefined;
  /** Keys for one environment of a function; they work until they are revoked. */
  mint(functionName: string, environmentId?: string): MintedCredentials;
}

/** Opens the owner's keys of a state folder, or makes them. */
export function openKeys(stateDir: string): Keys {
  const owner = readOwner(path.join(stateDir, KEYS_FILE));
  const sessions = new Map<string, KnownKey>();
  return {
    owner,
    find: accessKeyId => (accessKeyId === owner.accessKeyId ? owner : sessions.get(accessKeyId)),
    mint: (functionName, environmentId) => {
      const accessKeyId = makeAccessKeyId('ASIA');
      const secretAccessKey = makeSecret();
      const sessionToken = randomBytes(120).toString('base64');
      sessions.set(accessKeyId, {
        secretAccessKey,
        sessionToken,
        functionName,
        ...(environmentId === undefined ? {} : { environmentId }),
      });
      return { accessKeyId, secretAccessKey, sessionToken, revoke: () => sessions.delete(accessKeyId) };
    },
  };
}

function readOwner(file: string): HostCredentials {
  const stored = readStored(file);
  if (stored !== undefined) return stored;
  const fresh = { accessKeyId: makeAccessKeyId('AKIA'), secretAccessKey: makeSecret() };
  const temporary = `${file}.${randomUUID()}`;
  writeFileSync(temporary, `${JSON.stringify(fresh)}\n`, { mode: 0o600, flag: 'wx' });
  chmodSync(temporary, 0o600);
  renameSync(temporary, file);
  return fresh;
}

/** Undefined where there are no keys worth keeping: no file, a damaged one, or one that others could have read. */
function readStored(file: string): HostCredentials | undefined {
  try {
    const stat = lstatSync(file);
    if (!stat.isFile()) return undefined;
    if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0) return undefined;
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isCredentials(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isCredentials(value: unknown): value is HostCredentials {
  if (typeof value !== 'object' || value === null) return false;
  const { accessKeyId, secretAccessKey } = value as Partial<Record<keyof HostCredentials, unknown>>;
  return (
    typeof accessKeyId === 'string' &&
    /^AKIA[A-Z2-7]{16}$/.test(accessKeyId) &&
    typeof secretAccessKey === 'string' &&
    secretAccessKey.length >= 40
  );
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const makeAccessKeyId = (prefix: 'AKIA' | 'ASIA'): string =>
  prefix + Array.from({ length: 16 }, () => BASE32[randomInt(BASE32.length)]).join('');

/** 40 characters, as AWS's are. */
const makeSecret = (): string => randomBytes(30).toString('base64');
