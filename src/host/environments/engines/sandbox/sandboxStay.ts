/** One environment's stay in a room: its first runtime, and those that take its place there after a reset. */
import type { EngineRuntime, EngineStart } from '../../engine.ts';
import type { EnvironmentSpec } from '../../environment.ts';
import type { AssignHeader } from '../../runtimeApi/frames.ts';
import { neededAtBirth } from '../process/birthVariables.ts';
import { isForeignProgram } from '../process/foreignProgram.ts';
import { apiVariable, assignmentOf, neverStarted, NO_BOOTSTRAP } from '../process/processEngine.ts';
import type { ProcessLedger } from '../process/processLedger.ts';
import { asOnAws, findBootstrap, type ProcessLayout } from '../process/processLayout.ts';
import type { RuntimePool } from '../process/runtimePool.ts';
import { profileFiles } from '../docker/containerVariables.ts';
import type { Mount } from './mountTable.ts';
import type { SandboxLanguage } from './sandboxLanguage.ts';
import { sandboxLayout, type SandboxLayout } from './sandboxLayout.ts';
import { LAYERS_ROOT, RUNTIME_DIRECTORY, TASK_ROOT } from './sandboxPlaces.ts';
import type { SandboxRoom } from './sandboxRoom.ts';
import { startInSandbox, type SandboxRuntime } from './sandboxRuntime.ts';
import type { SystemTools } from './systemTools.ts';

export interface StayOptions {
  readonly tools: SystemTools;
  readonly ledger: ProcessLedger;
  readonly spec: EnvironmentSpec;
  readonly language: SandboxLanguage;
  /** The function's folders on this machine. */
  readonly outside: ProcessLayout;
  /** Folder of the AWS SDK on this machine, where it is there. */
  readonly sdk: string | undefined;
  /** Runtimes that were started ahead; undefined where there are none. */
  readonly pool: RuntimePool<SandboxRuntime> | undefined;
  open(mounts: readonly Mount[]): Promise<SandboxRoom>;
}

export class SandboxStay {
  readonly #options: StayOptions;
  readonly #found: SandboxLayout;
  #room: SandboxRoom | undefined;
  #closed = false;

  private constructor(options: StayOptions, found: SandboxLayout) {
    this.#options = options;
    this.#found = found;
  }

  static async of(options: StayOptions): Promise<SandboxStay> {
    const { spec, language, outside, sdk } = options;
    return new SandboxStay(options, await sandboxLayout(spec, language, outside, sdk));
  }

  get defaults(): Readonly<Record<string, string>> {
    return this.#found.layout.defaults;
  }

  async start(start: EngineStart): Promise<EngineRuntime> {
    const { language } = this.#options;
    const files = profileFiles(start.spec, start.variables);
    const variables = { ...start.variables };
    // The user's own profile lies in the home folder.
    for (const [name, value] of Object.entries(variables)) variables[name] = files[value] ?? value;
    const mounts = [
      ...this.#found.mounts,
      ...Object.entries(files).map(([source, target]) => ({ source, target })),
    ];
    const assignment = assignmentOf(start.spec, language.launch, this.#found.layout, this.#found.sdk);
    const runtime =
      (await this.#takeAhead(start, variables, mounts, assignment)) ??
      (await this.#startFresh(start, variables, mounts, assignment));
    return withDebugger(runtime);
  }

  /** The environment is over, and its runtime was ended before. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#room?.close();
  }

  async #takeAhead(
    start: EngineStart,
    variables: Readonly<Record<string, string>>,
    mounts: readonly Mount[],
    assignment: AssignHeader,
  ): Promise<SandboxRuntime | undefined> {
    const { pool, language, outside } = this.#options;
    const { launch } = language;
    if (pool === undefined || !launch.ownBootstrap || !start.adopt || this.#room) return undefined;
    if (outside.hasSharedLibraries || neededAtBirth(start.spec.variables)) {
      // It can't use one, but the next function of this language may.
      pool.warm(language.outside);
      return undefined;
    }
    const ahead = pool.take(language.outside);
    if (!ahead) return undefined;
    const { api, runtime } = ahead;
    try {
      await this.#enter(runtime.room, mounts);
    } catch (error) {
      runtime.signal('SIGKILL');
      await runtime.exited;
      await runtime.dispose();
      api.close();
      throw error;
    }
    ahead.setOutput((chunk, stream) => start.output(chunk, stream));
    start.adopt(api);
    start.assign({
      ...assignment,
      variables: { ...launch.variables, ...variables, ...apiVariable(api.port) },
      directory: TASK_ROOT,
    });
    return runtime;
  }

  async #startFresh(
    start: EngineStart,
    variables: Readonly<Record<string, string>>,
    mounts: readonly Mount[],
    assignment: AssignHeader,
  ): Promise<EngineRuntime> {
    const { tools, ledger, language } = this.#options;
    const { launch } = language;
    const port = await start.openRuntimeApi({ address: '127.0.0.1' });
    start.assign(assignment);
    const program = launch.language === 'provided' ? await this.#bootstrap() : launch.command;
    if (typeof program !== 'string') return { ...neverStarted(program.refusal), engine: 'sandbox' };
    const wrapper = launch.language === 'provided' ? undefined : variables['AWS_LAMBDA_EXEC_WRAPPER'];
    const room = await this.#ownRoom(mounts);
    return startInSandbox({
      ...{ tools, ledger, room },
      command: [...(wrapper === undefined ? [] : [wrapper]), program, ...launch.args],
      variables: { ...launch.variables, ...variables, ...apiVariable(port) },
      directory: TASK_ROOT,
      wrapped: wrapper !== undefined,
      marker: start.environmentId,
      output: (chunk, stream) => start.output(chunk, stream),
      ...(launch.ownBootstrap && { connect: connection => start.connect(connection) }),
    });
  }

  /** A custom runtime's program as the sandbox sees it. */
  async #bootstrap(): Promise<string | { readonly refusal: string }> {
    const { outside } = this.#options;
    const file = await findBootstrap(outside);
    if (file === undefined) return { refusal: NO_BOOTSTRAP };
    const place = asOnAws(file, outside);
    return (await isForeignProgram(file)) ? { refusal: `fork/exec ${place}: exec format error` } : place;
  }

  async #ownRoom(mounts: readonly Mount[]): Promise<SandboxRoom> {
    if (this.#room?.ended === false) return this.#room;
    // Somebody ended it; its /tmp is gone with it.
    await this.#room?.close();
    const room = await this.#options.open([...this.#options.language.mounts, ...mounts]);
    room.taken = true;
    this.#room = room;
    if (this.#closed) await room.close();
    return room;
  }

  async #enter(room: SandboxRoom, mounts: readonly Mount[]): Promise<void> {
    await room.mount(mounts);
    room.taken = true;
    this.#room = room;
  }
}

/** A debugger's breakpoints are in the function's own folders. */
function withDebugger(runtime: EngineRuntime): EngineRuntime {
  runtime.debugTarget = url =>
    Promise.resolve({
      websocketAddress: url,
      remoteRoot: TASK_ROOT,
      layersRoot: LAYERS_ROOT,
      skipFiles: ['<node_internals>/**', `${RUNTIME_DIRECTORY}/**`],
    });
  return runtime;
}
