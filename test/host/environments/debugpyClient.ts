/** The least of a debugger for Python: the Debug Adapter Protocol over debugpy's adapter. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { PythonDebugTarget } from '../../../src/protocol/model.ts';

interface Message {
  readonly type: string;
  readonly event?: string;
  readonly request_seq?: number;
  readonly success?: boolean;
  readonly message?: string;
  readonly body?: unknown;
}

export class DebugpyClient {
  /** Port at which the adapter waits for the environment. */
  readonly port: number;
  readonly #adapter: Adapter;
  readonly #attached: Promise<unknown>;

  private constructor(adapter: Adapter, port: number, attached: Promise<unknown>) {
    this.#adapter = adapter;
    this.port = port;
    this.#attached = attached;
  }

  /** Runs the adapter of a debugpy; `more` goes into its attach configuration. */
  static async listen(target: PythonDebugTarget, debugpy: string, more: object = {}): Promise<DebugpyClient> {
    const adapter = new Adapter(spawn(target.program, ['-B', path.join(debugpy, 'adapter')]));
    await adapter.send('initialize', { adapterID: 'lamplight-python', pathFormat: 'path' });
    const attached = adapter.send('attach', {
      listen: { host: '127.0.0.1', port: 0 },
      justMyCode: true,
      subProcess: false,
      rules: target.skipFiles.map(skipped => ({ path: skipped, include: false })),
      ...more,
    });
    attached.catch(() => undefined);
    const { port } = (await adapter.event('debugpyWaitingForServer')) as { port: number };
    return new DebugpyClient(adapter, port, attached);
  }

  /** Sets breakpoints and lets the environment go on; true for each that is bound. */
  async configure(file: string, lines: readonly number[]): Promise<boolean[]> {
    await this.#adapter.event('initialized');
    const breakpoints = lines.map(line => ({ line }));
    const set = (await this.#adapter.send('setBreakpoints', { source: { path: file }, breakpoints })) as {
      breakpoints: readonly { verified: boolean }[];
    };
    await this.#adapter.send('configurationDone');
    await this.#attached;
    return set.breakpoints.map(({ verified }) => verified);
  }

  /** Waits for a stop, and says of which thread. */
  async stopped(): Promise<number> {
    return ((await this.#adapter.event('stopped')) as { threadId: number }).threadId;
  }

  /** Where a thread stands, from the innermost frame on: `handler index.py:4`. */
  async frames(threadId: number): Promise<readonly string[]> {
    const { stackFrames } = (await this.#adapter.send('stackTrace', { threadId })) as {
      stackFrames: readonly { name: string; line: number; source: { path: string } }[];
    };
    return stackFrames.map(({ name, line, source }) => `${name} ${path.basename(source.path)}:${line}`);
  }

  /** The files of a thread's frames as a debugger shows them; with their text where that is not read from the path. */
  async sources(threadId: number): Promise<readonly { readonly path: string; readonly text?: string }[]> {
    const { stackFrames } = (await this.#adapter.send('stackTrace', { threadId })) as {
      stackFrames: readonly { source: { path: string; sourceReference?: number } }[];
    };
    const read = async ({ path: file, sourceReference = 0 }: (typeof stackFrames)[number]['source']) => {
      if (sourceReference === 0) return { path: file };
      const { content } = (await this.#adapter.send('source', { sourceReference })) as { content: string };
      return { path: file, text: content };
    };
    return Promise.all(stackFrames.map(({ source }) => read(source)));
  }

  send(command: string, args: object = {}): Promise<unknown> {
    return this.#adapter.send(command, args);
  }

  /** Resolves when the adapter has said that the environment is gone. */
  async terminated(): Promise<void> {
    await this.#adapter.event('terminated');
  }

  close(): Promise<void> {
    return this.#adapter.close();
  }
}

class Adapter {
  readonly #process: ChildProcess;
  readonly #answers = new Map<number, (message: Message) => void>();
  readonly #events: Message[] = [];
  readonly #listeners = new Set<() => void>();
  #received = Buffer.alloc(0);
  #seq = 0;

  constructor(process: ChildProcess) {
    this.#process = process;
    process.stdout?.on('data', (chunk: Buffer) => this.#take(chunk));
    process.stdin?.on('error', () => undefined);
  }

  async send(command: string, args: object = {}): Promise<unknown> {
    const seq = ++this.#seq;
    const text = JSON.stringify({ seq, type: 'request', command, arguments: args });
    const answer = new Promise<Message>(resolve => this.#answers.set(seq, resolve));
    this.#process.stdin?.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    const { success, message, body } = await answer;
    if (success === false) throw new Error(`${command}: ${message ?? 'failed'}`);
    return body;
  }

  /** The next event of that name. */
  async event(name: string): Promise<unknown> {
    for (;;) {
      const index = this.#events.findIndex(({ event }) => event === name);
      if (index >= 0) return this.#events.splice(index, 1)[0]?.body;
      await new Promise<void>(resolve => {
        const listener = (): void => {
          this.#listeners.delete(listener);
          resolve();
        };
        this.#listeners.add(listener);
      });
    }
  }

  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }

  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const end = this.#received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#received.toString('latin1', 0, end))?.[1]);
      if (this.#received.length < end + 4 + length) return;
      const message = JSON.parse(this.#received.toString('utf8', end + 4, end + 4 + length)) as Message;
      this.#received = this.#received.subarray(end + 4 + length);
      if (message.type === 'response') this.#answers.get(message.request_seq ?? 0)?.(message);
      else this.#events.push(message);
      for (const listener of [...this.#listeners]) listener();
    }
  }
}
