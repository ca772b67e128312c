/** Whether this machine can make sandboxes: tried, not guessed. Where it can't, what stands in the way and what to do. */
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import type { ProcessLedger } from '../process/processLedger.ts';
import { SandboxRoom } from './sandboxRoom.ts';
import { startInSandbox } from './sandboxRuntime.ts';
import { findTools, type SystemTools } from './systemTools.ts';

export interface ProbeOptions {
  readonly ledger: ProcessLedger;
  /** Folder of all environments. */
  readonly folder: string;
  readonly searchPath?: string | undefined;
  readonly platform?: NodeJS.Platform;
}

const OTHER_WAYS = '--engine process and --engine docker need none of it.';

const LINUX_ONLY = `Sandboxes are made of Linux's namespaces, and this machine runs %s: use --engine process, or --engine docker.`;

/** The tools to make sandboxes with, or why there can't be any, as one text for a person. Never rejects. */
export async function probeSandbox(options: ProbeOptions): Promise<SystemTools | string> {
  const { platform = process.platform } = options;
  if (platform !== 'linux') return LINUX_ONLY.replace('%s', platform === 'darwin' ? 'macOS' : 'Windows');
  const tools = await findTools(options.searchPath);
  if (!('unshare' in tools)) {
    return `Sandboxes need ${tools.join(', ')} of util-linux, which this machine does not have: install the package util-linux. ${OTHER_WAYS}`;
  }
  try {
    const words = await tryOne(tools, options);
    return words === undefined ? tools : refusal(words, await restriction());
  } catch (error) {
    return refusal(error instanceof Error ? error.message : String(error), await restriction());
  }
}

/** Runs `true` in a sandbox; what went wrong. */
async function tryOne(tools: SystemTools, { ledger, folder }: ProbeOptions): Promise<string | undefined> {
  const room = await SandboxRoom.open({ tools, ledger, folder }, [{ target: '/tmp', megabytes: 1 }]);
  let words = '';
  const marker = ledger.newId();
  try {
    const runtime = startInSandbox({
      tools,
      room,
      command: ['true'],
      variables: { AWS_LAMBDA_LOG_STREAM_NAME: marker, PATH: '/usr/bin:/bin' },
      directory: '/var/task',
      wrapped: false,
      marker,
      ledger,
      output: chunk => (words += chunk.toString()),
    });
    const { code } = await runtime.exited;
    await runtime.dispose();
    return code === 0
      ? undefined
      : `No sandbox could be started: ${words.trim() || `exit code ${code ?? 'none'}`}.`;
  } finally {
    await room.close();
  }
}

function refusal(words: string, advice: string): string {
  return `${words} ${advice} ${OTHER_WAYS}`;
}

/** The settings of Linux that forbid namespaces to users, with the way to allow them. */
const SWITCHES: readonly { readonly file: string; readonly forbids: string; readonly advice: string }[] = [
  {
    file: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
    forbids: '1',
    advice:
      'AppArmor forbids user namespaces on this machine (kernel.apparmor_restrict_unprivileged_userns is 1): sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 allows them.',
  },
  {
    file: '/proc/sys/kernel/unprivileged_userns_clone',
    forbids: '0',
    advice:
      'User namespaces are off on this machine (kernel.unprivileged_userns_clone is 0): sudo sysctl -w kernel.unprivileged_userns_clone=1 allows them.',
  },
  {
    file: '/proc/sys/user/max_user_namespaces',
    forbids: '0',
    advice:
      'User namespaces are off on this machine (user.max_user_namespaces is 0): sudo sysctl -w user.max_user_namespaces=15000 allows them.',
  },
];

/** What of this machine's settings stands in the way, and the way out. `read`: a setting's text, or undefined. */
export async function restriction(
  read: (file: string) => Promise<string | undefined> = readSetting,
): Promise<string> {
  for (const { file, forbids, advice } of SWITCHES) {
    if ((await read(file))?.trim() === forbids) return advice;
  }
  return 'It takes util-linux 2.36 or later and a kernel that lets users make namespaces; in a container, one that is run with --security-opt seccomp=unconfined --security-opt systempaths=unconfined.';
}

const readSetting = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').catch(() => undefined);
