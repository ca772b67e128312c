/**
 * A program that looks like a host from outside: `host.json`, a status, an event stream. As a module it gives tests the
 * same server in their own process. Started as `node fakeHost.ts start … --state DIR`.
 */
import { once } from 'node:events';
import { appendFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { HostEvent } from '../../../src/protocol/control.ts';
import type { HostInfo } from '../../../src/protocol/hostInfo.ts';

export interface FakeHost {
  readonly info: HostInfo;
  readonly requests: { method: string; url: string; headers: http.IncomingHttpHeaders; body: string }[];
  /** Answers of calls other than status and events, by `METHOD path`; `gone`: it reads the call and hangs up. */
  readonly answers: Map<string, { status: number; headers?: Record<string, string>; body?: string } | 'gone'>;
  publish(event: HostEvent): void;
  /** Ends every event stream, keeps serving. */
  dropStreams(): void;
  close(): Promise<void>;
}

export const SNAPSHOT: HostEvent = {
  type: 'snapshot',
  functions: [],
  layers: [],
  environments: [],
  invocations: [],
  problems: [],
  clock: { serviceTime: 0, wallTime: 0, speed: 1, frozen: false, waiting: 0 },
};

export async function startFakeHost(
  stateDir: string,
  options: { readonly answerPid?: number; readonly filePid?: number } = {},
): Promise<FakeHost> {
  const requests: FakeHost['requests'] = [];
  const answers: FakeHost['answers'] = new Map();
  const streams = new Set<http.ServerResponse>();
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const [method = '', url = ''] = [request.method, request.url];
      requests.push({ method, url, headers: request.headers, body: Buffer.concat(chunks).toString() });
      const call = `${method} ${url.split('?')[0] ?? ''}`;
      const answer = answers.get(call);
      if (answer === 'gone') {
        request.socket.destroy();
      } else if (answer !== undefined) {
        response.writeHead(answer.status, answer.headers).end(answer.body);
      } else if (call === 'GET /lamplight/status') {
        response.end(JSON.stringify({ pid: options.answerPid ?? process.pid }));
      } else if (call === 'GET /lamplight/events') {
        streams.add(response);
        response.on('close', () => streams.delete(response));
        response.write(`${JSON.stringify(SNAPSHOT)}\n`);
      } else {
        response.writeHead(404, { 'x-amzn-errortype': 'UnknownOperationException' }).end('{"message":"no"}');
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const info: HostInfo = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    accountId: '000000000000',
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
    pid: options.filePid ?? process.pid,
    version: '0.0.0-source',
    foreground: false,
    stateDir,
  };
  const file = path.join(stateDir, 'host.json');
  await writeFile(`${file}.new`, JSON.stringify(info), { mode: 0o600 });
  await rename(`${file}.new`, file);
  return {
    info,
    requests,
    answers,
    publish: event => streams.forEach(stream => stream.write(`${JSON.stringify(event)}\n`)),
    dropStreams: () => streams.forEach(stream => stream.end()),
    close: async () => {
      await rm(file, { force: true });
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

if (process.argv[2] === 'start') {
  const stateDir = process.argv[process.argv.indexOf('--state') + 1] ?? '';
  await mkdir(stateDir, { recursive: true });
  await appendFile(path.join(stateDir, 'starts'), `${process.pid} ${process.argv.slice(2).join(' ')}\n`);
  if (process.argv.includes('--fail')) {
    process.stderr.write('the disk is on fire\n');
    process.exit(1);
  }
  const host = await startFakeHost(stateDir);
  process.on('SIGTERM', () => void host.close());
}
