import type { ServerResponse } from 'node:http';
import type { ServiceResponse } from './service.ts';

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
  response.writeHead(answer.status, headers).end(body);
}
