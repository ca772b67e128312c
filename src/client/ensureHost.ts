/** Finds the host of a state folder or starts a detached one. */
import { spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import type { HostInfo } from '../protocol/hostInfo.ts';
import { findHost } from './findHost.ts';
import { untilSeen } from './folderWatch.ts';
import type { HostLaunch } from './nodeBinary.ts';
import { takeStartLock } from './startLock.ts';

/** Output of a detached host. */
export const HOST_LOG_FILE = 'host.log';

/** A start takes a third of a second; a machine that is swapping gets this. */
const START_MS = 30_000;

/** What of the log an error shows, in characters. */
const TAIL = 2_000;

export interface EnsureHostOptions {
  readonly stateDir: string;
  /** Workspace folder to serve; an empty host without one. */
  readonly folder?: string | undefined;
  /** How the command line is started (client/nodeBinary.ts); asked only when a host must be started. */
  readonly launch: () => Promise<HostLaunch>;
  /** Further arguments of `start`: `['--engine', 'process']`. */
  readonly startArguments?: readonly string[];
  /** Told what happens, one line each. */
  readonly log: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** A host that could not be started. The message ends with the end of its log. */
export class HostStartError extends Error {
  readonly logFile: string;

  constructor(message: string, logFile: string) {
    super(message);
    this.name = 'HostStartError';
    this.logFile = logFile;
  }
}

/**
 * The host of this state folder: the running one, else a detached one that is started now. Several callers in several
 * processes may ask at once; one of them starts it and all get the same. Rejects with {@link HostStartError}.
 */
export async function ensureHost(options: EnsureHostOptions): Promise<HostInfo> {
  const { stateDir } = options;
  const limit = AbortSignal.timeout(START_MS * 2);
  const signal = options.signal === undefined ? limit : AbortSignal.any([limit, options.signal]);
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  return untilSeen(
    stateDir,
    async () => {
      const running = await findHost(stateDir, signal);
      if (running !== undefined) return running;
      const lock = await takeStartLock(stateDir);
      // Another window is starting it; its host.json, or the end of its lock, is the next change in the folder.
      if (lock === undefined) return undefined;
      try {
        return (await findHost(stateDir, signal)) ?? (await startHost(options, signal));
      } finally {
        await lock.release();
      }
    },
    signal,
  );
}

async function startHost(options: EnsureHostOptions, outer: AbortSignal): Promise<HostInfo> {
  const { stateDir, folder } = options;
  const launch = await options.launch();
  const logFile = path.join(stateDir, HOST_LOG_FILE);
  const args = [
    ...launch.args,
    'start',
    ...(folder === undefined ? [] : [folder]),
    '--state',
    stateDir,
    '--detached-by',
    String(process.pid),
    ...(options.startArguments ?? []),
  ];
  options.log(`Starting the Lamplight host: ${launch.command} ${args.join(' ')}`);
  // A new log for each start: what stands in it belongs to this host.
  const log = await open(logFile, 'w', 0o600);
  const ended = new AbortController();
  const signal = AbortSignal.any([outer, ended.signal, AbortSignal.timeout(START_MS)]);
  const child = spawn(launch.command, args, {
    cwd: stateDir,
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log.fd, log.fd],
    env: launch.env,
  });
  child.on('error', error => ended.abort(new Error(`it could not be run: ${error.message}`)));
  child.on('exit', (code, name) =>
    ended.abort(new Error(name === null ? `it ended with exit code ${code}` : `it was ended by ${name}`)),
  );
  child.unref();
  try {
    await log.close();
    const info = await untilSeen(stateDir, () => findHost(stateDir, signal), signal);
    options.log(`The Lamplight host is ready at ${info.endpoint} (pid ${info.pid}).`);
    return info;
  } catch (error) {
    // It lost the race against a `lamplight start` in a terminal, which takes no start lock: that one serves us too.
    const other = ended.signal.aborted ? await findHost(stateDir, outer) : undefined;
    if (other !== undefined) return other;
    if (!ended.signal.aborted) child.kill();
    outer.throwIfAborted();
    const reason = ended.signal.aborted
      ? (ended.signal.reason as Error).message
      : signal.aborted
        ? `it was not ready after ${START_MS / 1000} s`
        : (error as Error).message;
    throw new HostStartError(
      `The Lamplight host could not be started: ${reason}.\n${await tailOf(logFile)}`.trimEnd(),
      logFile,
    );
  }
}

async function tailOf(file: string): Promise<string> {
  const log = await open(file, 'r');
  try {
    const { size } = await log.stat();
    const from = Math.max(0, size - TAIL);
    const { buffer, bytesRead } = await log.read(Buffer.alloc(size - from), 0, size - from, from);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await log.close();
  }
}
