/** The front of barePair.ts. Says its port, and then when as many workers wait as its argument says. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';

interface Call {
  readonly id: number;
  readonly body: Buffer;
  readonly response: ServerResponse;
}

const expected = Number(process.argv[2]);
const waiting: ServerResponse[] = [];
const queue: Call[] = [];
const running = new Map<number, ServerResponse>();
let lastId = 0;
let isComplete = false;

function give(): void {
  while (waiting.length > 0 && queue.length > 0) {
    const worker = waiting.shift()!;
    const call = queue.shift()!;
    running.set(call.id, call.response);
    worker.writeHead(200, { 'content-type': 'application/json', 'request-id': String(call.id) });
    worker.end(call.body);
  }
}

const server = createServer((request: IncomingMessage, response: ServerResponse) => {
  if (request.url === '/next') {
    waiting.push(response);
    if (!isComplete && waiting.length === expected) {
      isComplete = true;
      process.send!('waiting');
    }
    give();
    return;
  }
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const body = Buffer.concat(parts);
    const answered = /^\/response\/(\d+)$/.exec(request.url ?? '')?.[1];
    if (answered === undefined) {
      queue.push({ id: ++lastId, body, response });
      give();
      return;
    }
    const client = running.get(Number(answered));
    running.delete(Number(answered));
    client?.writeHead(200, { 'content-type': 'application/json' });
    client?.end(body);
    response.writeHead(202);
    response.end();
  });
});
// A worker may wait for a long time.
server.requestTimeout = 0;
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
