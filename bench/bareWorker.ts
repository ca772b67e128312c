/** A worker of barePair.ts: takes a body, runs the handler of the bench on it, hands its answer back. */
import { Agent, request, type IncomingMessage } from 'node:http';
import process from 'node:process';

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const port = Number(process.argv[2]);

async function call(
  method: string,
  path: string,
  body?: Buffer,
): Promise<IncomingMessage & { body: Buffer }> {
  return new Promise((resolve, reject) => {
    const sent = request({ agent, host: '127.0.0.1', port, method, path }, response => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve(Object.assign(response, { body: Buffer.concat(parts) })));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** What fixtures.ts gives the host as a function. */
function handler(event: { n: number }): { n: number } {
  return { n: event.n + 1 };
}

for (;;) {
  const next = await call('GET', '/next');
  const answer = handler(JSON.parse(next.body.toString()) as { n: number });
  await call('POST', `/response/${String(next.headers['request-id'])}`, Buffer.from(JSON.stringify(answer)));
}
