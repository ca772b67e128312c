import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import process from 'node:process';
import { resolveEngineAddress, type EngineAddress } from './engineAddress.ts';

/** Where the container engine is by this machine's own files and variables; `setting` is the user's, if there is one. */
export function machineAddress(setting: string | undefined): EngineAddress {
  return resolveEngineAddress({
    setting,
    env: process.env,
    platform: process.platform,
    home: os.homedir(),
    exists: existsSync,
    readText(file) {
      try {
        return readFileSync(file, 'utf8');
      } catch {
        return undefined;
      }
    },
  });
}
