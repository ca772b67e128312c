/** A host for one test: it starts a function as its first argument says, prints the environment's pids, and waits to be killed. */
import { once } from 'node:events';
import { systemClock } from '../../../src/host/clock.ts';
import { createEnvironments } from '../../../src/host/environments/environments.ts';
import type { EnvironmentSpec } from '../../../src/host/environments/environment.ts';

const {
  stateDir,
  spec,
  engine = 'process',
} = JSON.parse(process.argv[2] ?? '') as {
  readonly stateDir: string;
  readonly engine?: 'process' | 'sandbox';
  readonly spec: EnvironmentSpec;
};
const environments = createEnvironments({
  clock: systemClock(),
  stateDir,
  endpoint: () => 'http://127.0.0.1:4566',
  engine,
  mintCredentials: () => ({
    accessKeyId: 'a',
    secretAccessKey: 's',
    sessionToken: 't',
    revoke: () => undefined,
  }),
  listener: {
    changed: () => undefined,
    log: () => undefined,
    ended: () => undefined,
    notice: () => undefined,
  },
});
const environment = environments.create(spec);
await environment.init();
const { answer } = environment.invoke({
  requestId: 'one',
  payload: Buffer.from('{}'),
  invokedFunctionArn: spec.functionArn,
});
const payload = await answer;
process.stdout.write(
  `${JSON.stringify({ pid: environment.summary.pid, answer: payload.payload.toString() })}\n`,
);
await once(process.stdin, 'end');
