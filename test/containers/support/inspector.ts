/** A small debugger: the few calls of Chrome's protocol that tests need. */
export interface Stop {
  /** Counts from 0. */
  readonly line: number;
  readonly url: string;
  /** Id of the innermost frame. */
  readonly frame: string;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface PausedParams {
  readonly callFrames: readonly {
    readonly callFrameId: string;
    readonly url: string;
    readonly location: { readonly lineNumber: number };
  }[];
}

export class Inspector {
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (message: Message) => void>();
  readonly #stops: Stop[] = [];
  #waiting: ((stop: Stop) => void) | undefined;
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#receive(JSON.parse(String(data)) as Message));
  }

  static async attach(address: string): Promise<Inspector> {
    const socket = new WebSocket(address);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve());
      socket.addEventListener('error', () => reject(new Error(`Nothing answers at ${address}`)));
    });
    const inspector = new Inspector(socket);
    await inspector.send('Runtime.enable');
    await inspector.send('Debugger.enable');
    return inspector;
  }

  async send(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#last;
    const answer = new Promise<Message>(resolve => this.#answers.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params }));
    const { result, error } = await answer;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  async breakAt(url: string, lineNumber: number): Promise<void> {
    await this.send('Debugger.setBreakpointByUrl', { url, lineNumber });
  }

  /** The next stop in code that has a file; what the runtime's own `--inspect-brk`-like waits report is passed over. */
  paused(): Promise<Stop> {
    const stop = this.#stops.shift();
    return stop ? Promise.resolve(stop) : new Promise(resolve => (this.#waiting = resolve));
  }

  async evaluate(expression: string, callFrameId: string): Promise<unknown> {
    const answer = await this.send('Debugger.evaluateOnCallFrame', { expression, callFrameId });
    return (answer as { readonly result: { readonly value: unknown } }).result.value;
  }

  close(): void {
    this.#socket.close();
  }

  #receive(message: Message): void {
    if (message.id !== undefined) {
      this.#answers.get(message.id)?.(message);
      this.#answers.delete(message.id);
    } else if (message.method === 'Debugger.paused') {
      const [frame] = (message.params as PausedParams).callFrames;
      if (!frame) return;
      const stop = { line: frame.location.lineNumber, url: frame.url, frame: frame.callFrameId };
      if (this.#waiting) this.#waiting(stop);
      else this.#stops.push(stop);
      this.#waiting = undefined;
    }
  }
}
