/** One environment's stay in a room: its first runtime, and those that take its place there after a reset. */
import type { EngineRuntime, EngineStart, ExtensionProcess } from '../../engine.ts';
import type { EnvironmentSpec } from '../../environment.ts';
import type { AssignHeader } from '../../runtimeApi/frames.ts';
import { neededAtBirth } from '../process/birthVariables.ts';
import { isForeignProgram } from '../process/foreignProgram.ts';
import { apiVariable, assignmentOf, neverStarted, NO_BOOTSTRAP } from '../process/processEngine.ts';
import type { ExtensionRun } from '../process/processExtensions.ts';
import type { ProcessLedger } from '../process/processLedger.ts';
import { asOnAws, findBootstrap, type ProcessLayout } from '../process/processLayout.ts';
import type { RuntimePool } from '../process/runtimePool.ts';
import { profileFiles } from '../docker/containerVariables.ts';
import type { Mount } from './mountTable.ts';
import type { SandboxLanguage } from './sandboxLanguage.ts';
import { sandboxLayout, type SandboxLayout } from './sandboxLayout.ts';
import { LAYERS_ROOT, RUNTIME_DIRECTORY, TASK_ROOT } from './sandboxPlaces.ts';
import { sandboxError, type SandboxRoom } from './sandboxRoom.ts';
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
  #opening: Promise<SandboxRoom> | undefined;
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
    const { files, variables } = this.#profile(start.variables);
    const assignment = assignmentOf(start.spec, language.launch, this.#found.layout, this.#found.sdk);
    const runtime =
      (await this.#takeAhead(start, variables, files, assignment)) ??
      (await this.#startFresh(start, variables, files, assignment));
    return withDebugger(runtime);
  }

  /** Runs an external extension beside the runtime; it sees the same files, and processes of its own only. */
  async runExtension(run: ExtensionRun): Promise<ExtensionProcess> {
    const { tools, ledger } = this.#options;
    const { files, variables } = this.#profile(run.variables);
    const room = await this.#ownRoom(files);
    return startInSandbox({
      ...{ tools, ledger, room, variables },
      command: [`${LAYERS_ROOT}/extensions/${run.name}`],
      directory: TASK_ROOT,
      beside: true,
      wrapped: true,
      marker: run.marker,
      output: (chunk, stream) => run.output(chunk, stream),
    });
  }

  /** The environment is over, and its runtime was ended before. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#room?.close();
  }

  async #takeAhead(
    start: EngineStart,
    variables: Readonly<Record<string, string>>,
    files: readonly Mount[],
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
      await this.#enter(runtime.room, files);
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
    files: readonly Mount[],
    assignment: AssignHeader,
  ): Promise<EngineRuntime> {
    const { tools, ledger, language } = this.#options;
    const { launch } = language;
    const port = await start.openRuntimeApi({ address: '127.0.0.1' });
    start.assign(assignment);
    const program = launch.language === 'provided' ? await this.#bootstrap() : launch.command;
    if (typeof program !== 'string') return { ...neverStarted(program.refusal), engine: 'sandbox' };
    const wrapper = launch.language === 'provided' ? undefined : variables['AWS_LAMBDA_EXEC_WRAPPER'];
    const room = await this.#ownRoom(files);
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

  /** The user's own AWS profile lies in the home folder: its files are shown at places that the variables then name. */
  #profile(given: Readonly<Record<string, string>>): {
    readonly files: readonly Mount[];
    readonly variables: Readonly<Record<string, string>>;
  } {
    const files = profileFiles(this.#options.spec, given);
    const variables = { ...given };
    for (const [name, value] of Object.entries(given)) variables[name] = files[value] ?? value;
    return { files: Object.entries(files).map(([source, target]) => ({ source, target })), variables };
  }

  #ownRoom(files: readonly Mount[]): Promise<SandboxRoom> {
    // Extensions and runtime may ask for it at once.
    this.#opening ??= this.#openRoom(files).finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #openRoom(files: readonly Mount[]): Promise<SandboxRoom> {
    if (this.#room?.ended === false) return this.#room;
    // Somebody ended it; its /tmp is gone with it.
    await this.#room?.close();
    const room = await this.#options.open([
      ...this.#options.language.mounts,
      ...this.#found.mounts,
      ...files,
    ]);
    room.taken = true;
    this.#room = room;
    if (!this.#closed) return room;
    await room.close();
    throw sandboxError('The environment was ended while it was started.');
  }

  async #enter(room: SandboxRoom, files: readonly Mount[]): Promise<void> {
    await room.mount([...this.#found.mounts, ...files]);
    room.taken = true;
    this.#room = room;
  }
}

/** A debugger's breakpoints are in the function's own folders. */
function withDebugger(runtime: EngineRuntime): EngineRuntime {
  runtime.debugTarget = url =>
    Promise.resolve({
      ...(url === undefined ? {} : { websocketAddress: url }),
      remoteRoot: TASK_ROOT,
      layersRoot: LAYERS_ROOT,
      skipFiles: ['<node_internals>/**', `${RUNTIME_DIRECTORY}/**`],
    });
  return runtime;
}
