/** Finds the running host that a command means. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { AwsCallError, HostGoneError } from '../client/callError.ts';
import { findHost } from '../client/findHost.ts';
import { HostClient } from '../client/hostClient.ts';
import { readHostFile } from '../client/hostFile.ts';
import { isAlive } from '../client/processIdentity.ts';
import { runningHosts } from '../client/runningHosts.ts';
import { statePathOf } from '../client/stateFolder.ts';
import { surroundings } from '../client/userFolders.ts';
import type { HostInfo } from '../protocol/hostInfo.ts';
import { type Arguments, CommandError, type Context } from './command.ts';

/**
 * The state folders in which a command looks for a host: that of `--state`, else those of the current folder and of each
 * folder above it, so that every command works from anywhere inside a workspace. They need not exist.
 */
export async function stateDirsOf(args: Arguments, context: Context): Promise<readonly string[]> {
  const state = args.text('state');
  if (state !== undefined) return [path.resolve(context.cwd, state)];
  const here = { ...surroundings(), env: context.env };
  const found: string[] = [];
  for (let folder = await realpath(context.cwd); ; folder = path.dirname(folder)) {
    found.push(statePathOf(folder, here));
    if (folder === path.dirname(folder)) return found;
  }
}

/** The host of the nearest of {@link stateDirsOf} that has one; undefined where none runs. */
export async function locateHost(args: Arguments, context: Context): Promise<HostInfo | undefined> {
  for (const stateDir of await stateDirsOf(args, context)) {
    const found = await findHost(stateDir);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** {@link locateHost}, or an error that says how to start one. */
export async function requireHost(args: Arguments, context: Context): Promise<HostInfo> {
  const found = await locateHost(args, context);
  if (found === undefined) throw await noHost(args, context);
  return found;
}

/**
 * Calls the host that a command means. One that lives by its file is called at once, since asking it first whether it
 * is there would double the calls; only where it turns out to be gone it is looked for in earnest.
 * @param repeat `never`: `work` must not happen twice. It runs again only where the host can't have got it.
 */
export async function withHost<T>(
  args: Arguments,
  context: Context,
  work: (client: HostClient) => Promise<T>,
  repeat: 'freely' | 'never' = 'freely',
): Promise<T> {
  const likely = await likelyHost(args, context);
  if (likely === undefined) throw await noHost(args, context);
  try {
    return await callWith(likely, work);
  } catch (error) {
    if (!mayBeStranger(error)) throw error;
    if (repeat === 'never' && error instanceof HostGoneError && error.sent) throw error;
    const found = await locateHost(args, context);
    if (found === undefined) throw await noHost(args, context);
    if (found.endpoint === likely.endpoint) throw error;
    return callWith(found, work);
  }
}

/** Nobody answered, or someone who does not know our keys or does not speak as Lambda does. */
function mayBeStranger(error: unknown): boolean {
  if (error instanceof AwsCallError) return error.status === 403 || error.code.startsWith('HTTP ');
  return error instanceof HostGoneError || error instanceof SyntaxError;
}

async function callWith<T>(host: HostInfo, work: (client: HostClient) => Promise<T>): Promise<T> {
  const client = new HostClient(host);
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

async function likelyHost(args: Arguments, context: Context): Promise<HostInfo | undefined> {
  for (const stateDir of await stateDirsOf(args, context)) {
    const found = await readHostFile(stateDir);
    if (found !== undefined && isAlive(found.pid)) return found;
  }
  return undefined;
}

async function noHost(args: Arguments, context: Context): Promise<CommandError> {
  const state = args.text('state');
  if (state !== undefined)
    return new CommandError(
      `No Lamplight host runs on the state folder ${state}. Start one with: ${context.self} start --state ${state}`,
    );
  const others = await runningHosts({ ...surroundings(), env: context.env });
  const elsewhere = others.map(
    ({ workspace, stateDir }) => `\n  ${workspace ?? 'an empty host'}: --state ${stateDir}`,
  );
  return new CommandError(
    `No Lamplight host runs for ${context.cwd} or a folder above it. Start one with: ${context.self} start .` +
      (elsewhere.length === 0 ? '' : `\nElsewhere one runs for${elsewhere.join('')}`),
  );
}
