/** The part of the Debug Adapter Protocol that the root session speaks. */
export interface DapRequest {
  readonly seq: number;
  readonly type: 'request';
  readonly command: string;
  readonly arguments?: unknown;
}

export interface DapMessage {
  readonly type: string;
  readonly seq?: number;
}

/** `stdout` and `stderr` are the function's, `console` is ours, `important` is shown even where the console is closed. */
export type OutputCategory = 'console' | 'important' | 'stdout' | 'stderr';

/** A document that a line of output leads to. */
export interface OutputLink {
  readonly name: string;
  /** Path or URI. */
  readonly path: string;
}

export const isRequest = (message: object): message is DapRequest =>
  'type' in message && message.type === 'request' && 'command' in message;

/** Answers and events with the sequence numbers that the protocol wants. */
export class DapWriter {
  readonly #send: (message: DapMessage) => void;
  #seq = 0;

  constructor(send: (message: DapMessage) => void) {
    this.#send = send;
  }

  respond(request: DapRequest, body?: object): void {
    this.#write({
      type: 'response',
      request_seq: request.seq,
      command: request.command,
      success: true,
      ...(body === undefined ? {} : { body }),
    });
  }

  /** A failure that the user reads in a dialog; `silent` ones were told already. */
  fail(request: DapRequest, message: string, silent = false): void {
    this.#write({
      type: 'response',
      request_seq: request.seq,
      command: request.command,
      success: false,
      message,
      body: { error: { id: 1, format: '{text}', variables: { text: message }, showUser: !silent } },
    });
  }

  event(event: string, body?: object): void {
    this.#write({ type: 'event', event, ...(body === undefined ? {} : { body }) });
  }

  output(category: OutputCategory, text: string, link?: OutputLink): void {
    this.event('output', {
      category,
      output: text.endsWith('\n') ? text : `${text}\n`,
      ...(link === undefined ? {} : { source: link, line: 1 }),
    });
  }

  #write(message: DapMessage & Readonly<Record<string, unknown>>): void {
    this.#seq += 1;
    this.#send({ ...message, seq: this.#seq });
  }
}
