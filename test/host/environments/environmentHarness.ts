/** Real execution environments for tests: a state folder, functions written to disk, everything recorded. */
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../../src/host/clock.ts';
import type {
  Environment,
  EnvironmentAnswer,
  EnvironmentPhase,
  EnvironmentSpec,
} from '../../../src/host/environments/environment.ts';
import {
  createEnvironments,
  type EnvironmentsOptions,
  type LocalEnvironments,
} from '../../../src/host/environments/environments.ts';
import type { EnvironmentSummary, LogRecord } from '../../../src/protocol/model.ts';

export interface Harness {
  readonly folder: string;
  readonly environments: LocalEnvironments;
  readonly logs: LogRecord[];
  readonly changes: EnvironmentSummary[];
  readonly ended: string[];
  readonly notices: string[];
  /** Id of the environment that ends next. */
  nextEnd(): Promise<string>;
  /** Resolves as soon as an environment says that it is in this state. */
  whenState(state: EnvironmentSummary['state']): Promise<EnvironmentSummary>;
  /** Resolves as soon as a record of the log holds `text`. */
  whenLogged(text: string): Promise<LogRecord>;
  /** A spec of a function with these files, by relative path. */
  spec(files: Readonly<Record<string, string>>, overrides?: Partial<EnvironmentSpec>): EnvironmentSpec;
  /** Created and initialised. */
  start(files: Readonly<Record<string, string>>, overrides?: Partial<EnvironmentSpec>): Promise<Environment>;
  close(): Promise<void>;
}

export interface Outcome {
  readonly requestId: string;
  readonly answer: EnvironmentAnswer;
  readonly phase: EnvironmentPhase;
  /** The answer's payload as JSON. */
  readonly result: unknown;
}

export function createHarness(options: Partial<EnvironmentsOptions> = {}): Harness {
  const folder = mkdtempSync(path.join(tmpdir(), 'lamplight-environments-'));
  const logs: LogRecord[] = [];
  const changes: EnvironmentSummary[] = [];
  const ended: string[] = [];
  const notices: string[] = [];
  const events = new EventEmitter();
  const environments = createEnvironments({
    clock: systemClock(),
    stateDir: path.join(folder, 'state'),
    endpoint: () => 'http://127.0.0.1:4566',
    engine: 'process',
    mintCredentials: name => ({
      accessKeyId: `ASIA${name.toUpperCase()}`,
      secretAccessKey: 'secret',
      sessionToken: 'token',
      revoke: () => undefined,
    }),
    listener: {
      changed(summary) {
        changes.push(summary);
        events.emit('changed', summary);
      },
      log(record) {
        logs.push(record);
        events.emit('log', record);
      },
      ended(id) {
        ended.push(id);
        events.emit('ended', id);
      },
      notice: (_severity, message) => notices.push(message),
    },
    ...options,
  });
  const spec: Harness['spec'] = (files, overrides = {}) => {
    const root = path.join(folder, 'code', randomUUID());
    mkdirSync(root, { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
    return {
      functionName: 'orders',
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:orders',
      version: '$LATEST',
      accountId: '000000000000',
      region: 'us-east-1',
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      architecture: 'x86_64',
      memorySize: 512,
      timeout: 20,
      ephemeralStorage: 512,
      variables: {},
      code: { kind: 'folder', root },
      layers: [],
      logFormat: 'Text',
      logGroup: '/aws/lambda/orders',
      initType: 'on-demand',
      ...overrides,
    };
  };
  return {
    folder,
    environments,
    logs,
    changes,
    ended,
    notices,
    nextEnd: () => new Promise(resolve => events.once('ended', resolve)),
    whenState: state =>
      new Promise(resolve => {
        const look = (summary: EnvironmentSummary): void => {
          if (summary.state !== state) return;
          events.off('changed', look);
          resolve(summary);
        };
        events.on('changed', look);
      }),
    whenLogged: text =>
      new Promise(resolve => {
        const look = (record: LogRecord): void => {
          if (!record.text.includes(text)) return;
          events.off('log', look);
          resolve(record);
        };
        events.on('log', look);
        logs.forEach(look);
      }),
    spec,
    async start(files, overrides) {
      const environment = environments.create(spec(files, overrides));
      await environment.init();
      return environment;
    },
    async close() {
      await environments.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One event, to the end of its phase. */
export async function invoke(
  environment: Environment,
  event: unknown = {},
  members: {
    readonly clientContext?: string;
    readonly cognitoIdentity?: string;
    readonly traceId?: string;
  } = {},
): Promise<Outcome> {
  const requestId = randomUUID();
  const { answer, phase } = environment.invoke({
    requestId,
    payload: Buffer.from(JSON.stringify(event)),
    invokedFunctionArn: environment.spec.functionArn,
    ...members,
  });
  const settled = await answer;
  return { requestId, answer: settled, phase: await phase, result: parse(settled.payload) };
}

function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return payload.toString('utf8');
  }
}
