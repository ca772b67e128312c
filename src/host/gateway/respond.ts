import type { ServerResponse } from 'node:http';
import type { ServiceResponse } from './service.ts';

/** Bytes of a body that is copied into one write with its headers; more is cheaper to write as it is, after them. */
const ONE_WRITE = 8 * 1024;

/** Sends what a service answered; Date and Connection come from node:http. */
export function sendResponse(response: ServerResponse, requestId: string, answer: ServiceResponse): void {
  const headers: Record<string, string | number> = { 'x-amzn-RequestId': requestId, ...answer.headers };
  const { body } = answer;
  if (typeof body === 'function') {
    response.writeHead(answer.status, headers);
    body(response);
    return;
  }
  if (body === undefined || answer.status === 204) {
    if (answer.status !== 204) headers['content-length'] = 0;
    response.writeHead(answer.status, headers).end();
    return;
  }
  headers['content-length'] = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  response.writeHead(answer.status, headers);
  // node:http joins headers and body only where the body is text: Latin-1 is bytes as text, one for one.
  if (Buffer.isBuffer(body) && body.length <= ONE_WRITE) response.end(body.toString('latin1'), 'latin1');
  else response.end(body);
}
