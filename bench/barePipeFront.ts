/** The front of barePipe.ts. Says its port, and then when its worker waits. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';

let worker: ServerResponse | undefined;
let client: ServerResponse | undefined;

function give(): void {
  if (!worker || !client) return;
  worker.writeHead(200);
  worker.end('{}');
  worker = undefined;
}

const server = createServer((request, response) => {
  if (request.url === '/next') {
    worker = response;
    process.send!('waiting');
    give();
  } else if (request.url === '/response') {
    client!.writeHead(200, { 'content-type': 'application/octet-stream' });
    request.pipe(client!);
    client = undefined;
    request.on('end', () => response.writeHead(202).end());
  } else {
    client = response;
    request.resume().on('end', give);
  }
});
server.requestTimeout = 0;
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
