/** The least of a debugger: Chrome's protocol over the address that an environment gives. */
import { once } from 'node:events';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly params?: unknown;
}

export class InspectorClient {
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (message: Message) => void>();
  readonly #events: { readonly method: string; readonly run: () => void }[] = [];
  #id = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', event => this.#take(JSON.parse(String(event.data)) as Message));
  }

  static async attach(address: string): Promise<InspectorClient> {
    const socket = new WebSocket(address);
    await once(socket, 'open');
    return new InspectorClient(socket);
  }

  async send(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#id;
    const answer = new Promise<Message>(resolve => this.#answers.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params }));
    const { result, error } = await answer;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  /** Resolves with the next event of this name. */
  event(method: string): Promise<void> {
    return new Promise(run => this.#events.push({ method, run }));
  }

  close(): void {
    this.#socket.close();
  }

  #take(message: Message): void {
    if (message.id !== undefined) {
      this.#answers.get(message.id)?.(message);
      return;
    }
    const index = this.#events.findIndex(({ method }) => method === message.method);
    if (index >= 0) this.#events.splice(index, 1)[0]?.run();
  }
}
