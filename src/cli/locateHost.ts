/** Finds the running host that a command means. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { findHost } from '../client/findHost.ts';
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
  if (found !== undefined) return found;
  const state = args.text('state');
  throw new CommandError(
    state === undefined
      ? `No Lamplight host runs for ${context.cwd} or a folder above it. Start one with: ${context.self} start`
      : `No Lamplight host runs on the state folder ${state}. Start one with: ${context.self} start --state ${state}`,
  );
}
