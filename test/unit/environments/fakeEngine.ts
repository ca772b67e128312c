/** An engine whose runtimes do what a test says: what real ones do only when a machine is full, slow or broken. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Clock } from '../../../src/host/clock.ts';
import type {
  Engine,
  EngineExit,
  EngineRuntime,
  EngineStart,
} from '../../../src/host/environments/engine.ts';
import type {
  Environment,
  EnvironmentAnswer,
  EnvironmentPhase,
  EnvironmentSpec,
} from '../../../src/host/environments/environment.ts';
import { LocalEnvironment } from '../../../src/host/environments/life/localEnvironment.ts';
import { RuntimeApi } from '../../../src/host/environments/runtimeApi/runtimeApi.ts';
import {
  isProtocolError,
  type RuntimeEvent,
} from '../../../src/host/environments/runtimeApi/runtimeStates.ts';
import type { EnvironmentSummary } from '../../../src/protocol/model.ts';

export class FakeRuntime implements EngineRuntime {
  readonly engine = 'docker';
  readonly exited: Promise<EngineExit>;
  readonly #api: RuntimeApi;
  #exit!: (exit: EngineExit) => void;
  #event: RuntimeEvent | undefined;
  /** Whether it is gone after SIGKILL, as it should be. */
  mortal = true;
  disposals = 0;
  onDrain: () => Promise<void> = () => Promise.resolve();
  onMemory: () => Promise<number> = () => Promise.resolve(1024 * 1024);
  onDispose: () => Promise<void> = () => Promise.resolve();
  debugTarget?: NonNullable<EngineRuntime['debugTarget']>;

  constructor(api: RuntimeApi) {
    this.#api = api;
    this.exited = new Promise(resolve => (this.#exit = resolve));
  }

  signal(): void {
    if (this.mortal) this.exit(null);
  }

  memory = (): Promise<number> => this.onMemory();
  drain = (): Promise<void> => this.onDrain();

  dispose(): Promise<void> {
    this.disposals++;
    return this.onDispose();
  }

  /** `/next`: its init is over, or its event. */
  next(): void {
    this.#api.states.next(event => (this.#event = event));
  }

  /** It may have left something behind, and says so before it asks for the next event. */
  looking(): void {
    this.#api.states.owner.looking();
  }

  leftBehind(left: readonly string[]): void {
    this.#api.states.owner.leftBehind(left);
  }

  answer(text: string): void {
    const pending = this.#api.states.beginAnswer(this.#event?.requestId ?? '', 'InvocationResponse');
    if (isProtocolError(pending)) throw new Error(pending.errorMessage);
    pending.finish({ payload: Buffer.from(text), contentType: 'application/json', isError: false });
  }

  failInit(): void {
    this.#api.states.initError({
      payload: Buffer.from('{}'),
      contentType: 'application/json',
      isError: true,
    });
  }

  exit(code: number | null): void {
    this.#exit({ code, signal: code === null ? 'SIGKILL' : null, outOfMemory: false });
  }
}

export class FakeEngine implements Engine {
  readonly name = 'docker';
  readonly makesSandbox = true;
  readonly runtimes: FakeRuntime[] = [];
  /** Replaces a start that works at once. */
  onStart: (start: EngineStart) => Promise<EngineRuntime> = start => Promise.resolve(this.runtime(start));
  /** As soon as a runtime is up. */
  onUp: (runtime: FakeRuntime) => void = runtime => setImmediate(() => runtime.next());
  #api = new RuntimeApi();

  start(start: EngineStart): Promise<EngineRuntime> {
    return this.onStart(start);
  }

  runtime(start: EngineStart): FakeRuntime {
    start.adopt?.(this.#api);
    const runtime = new FakeRuntime(this.#api);
    this.runtimes.push(runtime);
    this.onUp(runtime);
    return runtime;
  }

  /** The runtime that was started last. */
  get last(): FakeRuntime {
    const runtime = this.runtimes.at(-1);
    if (!runtime) throw new Error('nothing was started');
    return runtime;
  }

  state = (): Promise<string> => Promise.resolve('ready');
  sweep = (): Promise<readonly string[]> => Promise.resolve([]);
  close = (): Promise<void> => Promise.resolve();
}

export interface FakeEnvironment {
  readonly environment: LocalEnvironment;
  readonly states: EnvironmentSummary['state'][];
  readonly ended: string[];
  readonly notices: string[];
  /** Sets of credentials that were made and not ended. */
  credentials(): number;
}

export function fakeEnvironment(
  engine: Engine,
  clock: Clock,
  folder: string,
  overrides: Partial<EnvironmentSpec> = {},
): FakeEnvironment {
  const states: EnvironmentSummary['state'][] = [];
  const ended: string[] = [];
  const notices: string[] = [];
  const credentials = new Set<string>();
  const id = randomUUID();
  const environment = new LocalEnvironment({
    id,
    spec: {
      functionName: 'orders',
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:orders',
      version: '$LATEST',
      accountId: '000000000000',
      region: 'us-east-1',
      runtime: 'nodejs24.x',
      architecture: 'x86_64',
      memorySize: 128,
      timeout: 3,
      ephemeralStorage: 512,
      variables: {},
      code: { kind: 'folder', root: folder },
      layers: [],
      logFormat: 'Text',
      logGroup: '/aws/lambda/orders',
      initType: 'on-demand',
      ...overrides,
    },
    engine,
    freezeAfterMs: 0,
    clock,
    folder: path.join(folder, id),
    logStream: 'stream',
    endpoint: () => 'http://127.0.0.1:4566',
    mintCredentials() {
      const accessKeyId = randomUUID();
      credentials.add(accessKeyId);
      const revoke = (): unknown => credentials.delete(accessKeyId);
      return { accessKeyId, secretAccessKey: 's', sessionToken: 't', revoke };
    },
    notice: message => void notices.push(message),
    listener: {
      changed: summary => states.at(-1) === summary.state || states.push(summary.state),
      log: () => undefined,
      ended: which => void ended.push(which),
    },
  });
  return { environment, states, ended, notices, credentials: () => credentials.size };
}

export function invokeFake(environment: Environment): {
  readonly answer: Promise<EnvironmentAnswer>;
  readonly phase: Promise<EnvironmentPhase>;
} {
  return environment.invoke({
    requestId: randomUUID(),
    payload: Buffer.from('{}'),
    invokedFunctionArn: environment.spec.functionArn,
  });
}

/** Lets everything run that does not wait for time to pass. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
}
