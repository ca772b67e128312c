/**
 * The namespaces of one environment (user, mounts) and the process that holds them. They outlive the runtimes that run in
 * them, and so does their /tmp; they end with the holder, which ends when the host closes its input or is gone.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { AwsError } from '../../../../protocol/awsError.ts';
import { signalGroup } from '../process/platform.ts';
import type { ProcessLedger } from '../process/processLedger.ts';
import { removeTree } from '../../removeTree.ts';
import { mountTable, processTable, type Mount } from './mountTable.ts';
import { makePlaces, makeRoot } from './sandboxRoot.ts';
import type { SystemTools } from './systemTools.ts';

/** Mounts what each line of its input names, and says how it went. */
const HOLDER = `mount=$1
while read -r table; do
  if said=$("$mount" -a -T "$table" 2>&1); then echo done; else echo "failed $(echo "$said" | tr '\\n' ' ')"; fi
done`;

export interface RoomOptions {
  readonly tools: SystemTools;
  readonly ledger: ProcessLedger;
  /** Folder of all environments; the room's own is made in it. */
  readonly folder: string;
}

export class SandboxRoom {
  /** Folder that is `/` in it. */
  readonly root: string;
  readonly #options: RoomOptions;
  readonly #id: string;
  readonly #folder: string;
  readonly #base: readonly Mount[];
  readonly #holder: ChildProcessByStdio<Writable, Readable, Readable>;
  #said = '';
  #complaints = '';
  #answer: ((line: string | undefined) => void) | undefined;
  #tables = 0;
  #ended = false;
  #closing: Promise<void> | undefined;
  /** A runtime was in it: its /proc is still there. */
  used = false;
  /** It is an environment's, and ends with that; before, it ends with the runtime that was started ahead in it. */
  taken = false;

  private constructor(options: RoomOptions) {
    const { tools, ledger } = options;
    this.#options = options;
    this.#id = ledger.newId();
    this.#folder = path.join(options.folder, this.#id);
    this.root = path.join(this.#folder, 'root');
    this.#base = makeRoot(this.root);
    const holder = spawn(
      tools.unshare,
      ['--user', '--map-root-user', '--mount', tools.sh, '-c', HOLDER, 'sh', tools.mount],
      // By the id the next host finds it.
      {
        cwd: '/',
        env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LAMPLIGHT_SANDBOX: this.#id },
        detached: true,
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
    this.#holder = holder;
    holder.on('error', error => this.#end(error.message));
    holder.on('exit', () => setImmediate(() => this.#end('')));
    // Its end is told by its exit.
    holder.stdin.on('error', () => undefined);
    holder.stdout.on('data', (chunk: Buffer) => this.#hear(chunk.toString()));
    holder.stderr.on('data', (chunk: Buffer) => (this.#complaints += chunk.toString()));
    if (holder.pid === undefined) return;
    try {
      ledger.started(holder.pid);
    } catch (error) {
      // What can't be noted must not run.
      signalGroup(holder.pid, 'SIGKILL');
      throw error;
    }
  }

  /** Makes the namespaces and mounts what every sandbox has, and this. Rejects with an AwsError with the system's words. */
  static async open(options: RoomOptions, mounts: readonly Mount[]): Promise<SandboxRoom> {
    const room = new SandboxRoom(options);
    try {
      await writeFile(`${room.root}.proc`, processTable(room.root));
      await room.mount([...room.#base, ...mounts]);
      return room;
    } catch (error) {
      await room.close();
      throw error;
    }
  }

  /** Process id that namespaces can be entered by. */
  get pid(): number {
    return this.#holder.pid ?? 0;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Mounts further things, also while a runtime runs in it. Rejects as {@link open} does. One call at a time. */
  async mount(mounts: readonly Mount[]): Promise<void> {
    const file = path.join(this.#folder, `mounts${this.#tables++}`);
    makePlaces(this.root, mounts);
    await writeFile(file, mountTable(mounts, this.root, await readFile('/proc/self/mountinfo', 'utf8')));
    const answer = await new Promise<string | undefined>(resolve => {
      if (this.#ended) {
        resolve(undefined);
        return;
      }
      this.#answer = resolve;
      this.#holder.stdin.write(`${file}\n`);
    });
    if (answer !== 'done') throw this.#failure(answer ?? this.#complaints);
  }

  /** Ends the holder and removes its folder; what runs in the room has to be ended before. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const holder = this.#holder;
    const { pid } = holder;
    if (pid !== undefined) {
      if (!this.#ended) {
        const exit = once(holder, 'exit');
        signalGroup(pid, 'SIGKILL');
        await exit;
      }
      for (const stream of [holder.stdin, holder.stdout, holder.stderr]) stream.destroy();
      await this.#options.ledger.ended(pid, this.#id);
    }
    await removeTree(this.#folder);
  }

  #hear(text: string): void {
    this.#said += text;
    const end = this.#said.indexOf('\n');
    if (end < 0) return;
    const line = this.#said.slice(0, end);
    this.#said = this.#said.slice(end + 1);
    this.#answer?.(line);
    this.#answer = undefined;
  }

  #end(complaint: string): void {
    this.#ended = true;
    this.#complaints += complaint;
    this.#answer?.(undefined);
    this.#answer = undefined;
  }

  #failure(words: string): AwsError {
    const why = words.replace(/^failed /, '').trim() || 'the process that holds it has ended';
    return sandboxError(`No sandbox could be made: ${why}.`);
  }
}

/** What a caller hears when no sandbox can be had. */
export function sandboxError(message: string): AwsError {
  return new AwsError('ServiceException', 500, message, { messageKey: 'Message' });
}
