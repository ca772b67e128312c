import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Caller, ServiceRequest } from './service.ts';

const NOTHING = Buffer.alloc(0);

/** A request on its way to a service. What few services look at is only made when one does. */
export class GatewayRequest implements ServiceRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly requestId: string;
  readonly caller: Caller;
  body: Buffer = NOTHING;
  readonly #search: string;
  readonly #response: ServerResponse;
  #query: URLSearchParams | undefined;
  #abort: AbortController | undefined;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    url: string,
    requestId: string,
    caller: Caller,
  ) {
    const question = url.indexOf('?');
    this.method = request.method ?? 'GET';
    this.path = question < 0 ? url : url.slice(0, question);
    this.#search = question < 0 ? '' : url.slice(question + 1);
    this.headers = request.headers;
    this.requestId = requestId;
    this.caller = caller;
    this.#response = response;
  }

  get query(): URLSearchParams {
    return (this.#query ??= new URLSearchParams(this.#search));
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = new AbortController();
      this.#abort = abort;
      const response = this.#response;
      if (response.destroyed) abort.abort();
      else
        response.once('close', () => {
          if (!response.writableFinished) abort.abort();
        });
    }
    return this.#abort.signal;
  }
}
