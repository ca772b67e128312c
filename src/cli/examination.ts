/** What `lamplight doctor` asks of the host's and the workspace's rooms. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { examineMachine, type MachineFacts } from '../host/examine.ts';
import { discoverWorkspace } from '../workspace/discover.ts';

/** Engines, and the languages of the runtimes that the folder's functions name besides the given ones. */
export async function examineFor(folder: string, runtimes: readonly string[]): Promise<MachineFacts> {
  const model = await discoverWorkspace(folder, { region: 'us-east-1', accountId: '000000000000' });
  const named = model.functions.flatMap(({ runtime }) => (runtime === undefined ? [] : [runtime]));
  // The engines want a folder; nothing is left in it.
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'lamplight-doctor-'));
  try {
    return await examineMachine(scratch, [...new Set([...named, ...runtimes])].sort());
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
