import type http from 'node:http';

/** A whole answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  /** Parsed body, where it is a JSON object. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
}

/** Ends a request with its body and reads what is answered, whatever its status; rejects where nothing is. */
export function exchange(request: http.ClientRequest, body?: string | Uint8Array): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: text,
          json: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : undefined,
        });
      });
    });
    request.end(body);
  });
}
