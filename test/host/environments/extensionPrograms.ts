/** Extensions for tests: an external one in Node.js that does what its plan says, and functions with an internal one. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EnvironmentSpec } from '../../../src/host/environments/environment.ts';
import type { Harness } from './environmentHarness.ts';

/** What an external one does; by its name in the variable PLAN. */
export interface Plan {
  /** `[]` where absent: INVOKE and SHUTDOWN. */
  readonly events?: readonly string[];
  /** Registers under another name than its file's. */
  readonly as?: string;
  readonly features?: string;
  /** Never registers. */
  readonly silent?: boolean;
  /** Exits with this code in this phase. */
  readonly exit?: Partial<Record<'start' | 'registered' | 'INVOKE' | 'SHUTDOWN', number>>;
  /** Tells this error in this phase, and exits. */
  readonly error?: { readonly at: 'init' | 'exit'; readonly type: string };
  /** Milliseconds that it works on an invocation. */
  readonly work?: number;
  /** Gets SHUTDOWN and goes on. */
  readonly stays?: boolean;
  /** Starts a process in a session of its own, and writes both pids to the file `pids` in /tmp. */
  readonly family?: boolean;
  /** Listens on this port before it registers. */
  readonly port?: number;
}

const EXTERNAL = `#!/usr/bin/env node
const http = require('node:http');
const name = require('node:path').basename(__filename);
const plan = JSON.parse(process.env.PLAN ?? '{}')[name] ?? {};
const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const say = (what, value) => console.log(what + ' ' + name + ' ' + JSON.stringify(value));
const call = (method, path, headers = {}, body) => new Promise((resolve, reject) => {
  const request = http.request({ hostname, port, method, path: '/2020-01-01/extension/' + path, headers }, response => {
    const chunks = [];
    response.on('data', chunk => chunks.push(chunk));
    response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString() }));
  });
  request.on('error', reject);
  request.end(body);
});
const die = phase => { if (plan.exit?.[phase] !== undefined) process.exit(plan.exit[phase]); };
(async () => {
  say('born', { pid: process.pid, env: process.env, argv: process.argv.slice(2), at: Date.now() });
  die('start');
  if (plan.family) {
    const child = require('node:child_process').spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    require('node:fs').writeFileSync(process.env.TMPDIR + '/pids', JSON.stringify([process.pid, child.pid]));
  }
  if (plan.silent) return setInterval(() => {}, 1000);
  if (plan.port) await new Promise(done => http.createServer().listen(plan.port, '127.0.0.1', done));
  const registered = await call('POST', 'register', {
    'Lambda-Extension-Name': plan.as ?? name,
    ...(plan.features ? { 'Lambda-Extension-Accept-Feature': plan.features } : {}),
  }, JSON.stringify({ events: plan.events ?? ['INVOKE', 'SHUTDOWN'] }));
  say('registered', { status: registered.status, body: registered.text, type: registered.headers['content-type'] });
  die('registered');
  const id = { 'Lambda-Extension-Identifier': registered.headers['lambda-extension-identifier'] };
  if (plan.error) {
    const told = await call('POST', plan.error.at + '/error', { ...id, 'Lambda-Extension-Function-Error-Type': plan.error.type },
      JSON.stringify({ errorMessage: 'no', errorType: plan.error.type, stackTrace: [] }));
    say('told', { status: told.status, body: told.text });
    process.exit(1);
  }
  for (;;) {
    const next = await call('GET', 'event/next', id);
    say('event', { status: next.status, text: next.text, hasId: 'lambda-extension-event-identifier' in next.headers, at: Date.now() });
    const event = JSON.parse(next.text);
    die(event.eventType);
    if (event.eventType === 'SHUTDOWN') {
      if (plan.stays) return setInterval(() => {}, 1000);
      process.exit(0);
    }
    if (plan.work) await new Promise(done => setTimeout(done, plan.work));
    say('worked', {});
  }
})();
`;

/** A layer with these external extensions, and what the function's spec takes for them to do as planned. */
export function withExtensions(
  harness: Pick<Harness, 'folder'>,
  plans: Readonly<Record<string, Plan>>,
  overrides: Partial<EnvironmentSpec> = {},
): Partial<EnvironmentSpec> {
  const layer = layerOf(
    harness,
    Object.fromEntries(Object.keys(plans).map(name => [`extensions/${name}`, EXTERNAL])),
  );
  return {
    layers: [layer],
    ...overrides,
    variables: { PLAN: JSON.stringify(plans), ...overrides.variables },
  };
}

let layers = 0;

/** A layer's folder with these files, executable. */
export function layerOf(
  harness: Pick<Harness, 'folder'>,
  files: Readonly<Record<string, string>>,
  mode = 0o755,
): string {
  const layer = path.join(harness.folder, 'layers', String(++layers));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(layer, name)), { recursive: true });
    writeFileSync(path.join(layer, name), text, { mode });
  }
  return layer;
}

/** What external ones said of one thing (`born`, `registered`, `event` …), in order. */
export function said(harness: Pick<Harness, 'logs'>, what: string, name?: string): Record<string, unknown>[] {
  return harness.logs
    .filter(({ kind, text }) => kind === 'extension' && text.startsWith(`${what} ${name ?? ''}`))
    .map(({ text }) => JSON.parse(text.slice(text.indexOf('{'))) as Record<string, unknown>);
}
