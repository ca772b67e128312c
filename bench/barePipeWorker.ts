/** The worker of barePipe.ts: streams an answer of as many MiB as its second argument says. */
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import process from 'node:process';

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const [port, mebibytes] = process.argv.slice(2).map(Number);
const chunk = Buffer.alloc(64 * 1024, 'x');

async function whole(response: IncomingMessage): Promise<void> {
  response.resume();
  await once(response, 'end');
}

for (;;) {
  const next = request({ agent, host: '127.0.0.1', port, path: '/next' }).end();
  const [event] = (await once(next, 'response')) as [IncomingMessage];
  await whole(event);
  const answer = request({ agent, host: '127.0.0.1', port, path: '/response', method: 'POST' });
  const taken = once(answer, 'response');
  for (let index = 0; index < mebibytes! * 16; index++) if (!answer.write(chunk)) await once(answer, 'drain');
  answer.end();
  const [accepted] = (await taken) as [IncomingMessage];
  await whole(accepted);
}
