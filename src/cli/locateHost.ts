/** Finds the running host that a command means. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { findHost } from '../client/findHost.ts';
import { statePathOf } from '../client/stateFolder.ts';
import { surroundings } from '../client/userFolders.ts';
import type { HostInfo } from '../protocol/hostInfo.ts';
import { type Arguments, CommandError, type Context } from './command.ts';

/**
 * The host of `--state`, else of the current folder or the nearest folder above it that has one, so that every command
 * works from anywhere inside a workspace. Undefined where none runs.
 */
export async function locateHost(args: Arguments, context: Context): Promise<HostInfo | undefined> {
  const state = args.text('state');
  if (state !== undefined) return findHost(path.resolve(context.cwd, state));
  const here = { ...surroundings(), env: context.env };
  for (let folder = await realpath(context.cwd); ; folder = path.dirname(folder)) {
    const found = await findHost(statePathOf(folder, here));
    if (found !== undefined || folder === path.dirname(folder)) return found;
  }
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
