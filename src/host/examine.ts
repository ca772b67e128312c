/** What `lamplight doctor` asks of the host's rooms when no host runs: a second, small composition beside main.ts. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { HOST_INFO_FILE } from '../protocol/hostInfo.ts';
import { systemClock } from './clock.ts';
import { createEnvironments } from './environments/environments.ts';
import type { Environments } from './environments/environment.ts';
import { findLaunch, type ProcessLaunch } from './runtimes/processLaunch.ts';
import { machineBoto3, sdkFolder, sdkPackages } from './runtimes/sdkStorage.ts';
import { claimState } from './state/stateClaim.ts';

export interface MachineFacts {
  /** `ready`, `unused` or why it can't be used, by engine. */
  readonly engines: Readonly<Record<string, string>>;
  readonly runtimes: readonly RuntimeFacts[];
}

/** How functions of one runtime would run as processes here. */
export interface RuntimeFacts {
  readonly runtime: string;
  /** Program and version, `/usr/bin/python3 (python:3.13.1)`. */
  readonly found?: string;
  /** It is another version than the runtime's. */
  readonly notice?: string;
  /** Why it can't run, and what to do. */
  readonly problem?: string;
}

/** The AWS SDK that functions of one runtime find where their project has none. */
export interface SdkFacts {
  readonly language: 'node' | 'python';
  /** The language's version: `22`, `3.13`. */
  readonly version: string;
  /** The program that runs the functions. */
  readonly command: string;
  /** Its place in Lamplight's storage (runtimes/sdkStorage.ts). */
  readonly folder: string;
  /** Names of its packages that are there. */
  readonly packages: readonly string[];
  /** Version of the boto3 that the machine's own Python has, where it has one. */
  readonly machine?: string;
}

/** Undefined for runtimes that bring no SDK, and where the language is not on this machine. */
export async function sdkFacts(
  storage: string,
  runtime: string,
  libraries: readonly string[],
): Promise<SdkFacts | undefined> {
  const launch = await launchOf(runtime, libraries).catch(() => undefined);
  const folder = launch === undefined ? undefined : sdkFolder(storage, launch);
  if (launch === undefined || folder === undefined || launch.language === 'provided') return undefined;
  const { language, version, command } = launch;
  const packages = await sdkPackages(folder, language);
  const machine = await machineBoto3(launch);
  return { language, version, command, folder, packages, ...(machine === undefined ? {} : { machine }) };
}

function launchOf(runtime: string, libraries: readonly string[]): Promise<ProcessLaunch> {
  return findLaunch(runtime, libraries, { env: process.env, cacheDirectory: '' });
}

/** Looks at engines and at the languages of these runtimes. Starts nothing but the programs that it asks for their version. */
export async function examineMachine(stateDir: string, runtimes: readonly string[]): Promise<MachineFacts> {
  const environments = idleEnvironments(stateDir);
  try {
    return {
      engines: await environments.engines(),
      runtimes: await Promise.all(runtimes.map(runtimeFacts)),
    };
  } finally {
    await environments.close();
  }
}

async function runtimeFacts(runtime: string): Promise<RuntimeFacts> {
  try {
    const launch = await launchOf(runtime, []);
    return {
      runtime,
      found: launch.language === 'provided' ? runtime : `${launch.command} (${launch.runtimeVersion})`,
      ...(launch.notice === undefined ? {} : { notice: launch.notice }),
    };
  } catch (error) {
    return { runtime, problem: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Ends and removes what a host that was killed left behind on this state, and says what it was. Rejects with a
 * StateTakenError while a host has the state.
 */
export async function sweepState(stateDir: string): Promise<readonly string[]> {
  const claim = claimState(stateDir);
  try {
    const environments = idleEnvironments(stateDir);
    const found = await environments.sweep();
    await environments.close();
    await rm(path.join(stateDir, HOST_INFO_FILE), { force: true });
    return found;
  } finally {
    claim.release();
  }
}

/** Environments of a host that never runs a function. */
function idleEnvironments(stateDir: string): Environments {
  const none = (): undefined => undefined;
  return createEnvironments({
    clock: systemClock(),
    stateDir,
    engine: 'auto',
    ahead: false,
    endpoint: () => '',
    mintCredentials: () => ({ accessKeyId: '', secretAccessKey: '', sessionToken: '', revoke: none }),
    listener: { changed: none, log: none, ended: none, notice: none },
  });
}
