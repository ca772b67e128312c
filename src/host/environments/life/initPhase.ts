/** The init phase of an environment, ahead of its first event and, where that failed, once more within one (spec/execution-environment.md §4.1). */
import type { Life } from './life.ts';
import { RuntimeStart, type StartParts } from './runtimeStart.ts';
import type { StartOutcome } from './startOutcome.ts';

export class InitPhase {
  readonly #life: Life;
  readonly #parts: StartParts;

  constructor(life: Life) {
    const { spec, options } = life;
    this.#life = life;
    this.#parts = {
      clock: life.clock,
      initType: spec.initType,
      timeout: spec.timeout,
      makesSandbox: options.engine.makesSandbox === true,
      slot: life.slot,
      extensions: life.extensions,
      time: life.time,
      memory: life.memory,
      debugger: life.debugger,
      records: life.records,
      notes: spec.notes ?? [],
      launched: () => options.listener.changed(life.summary),
    };
  }

  /** {@link Environment.init}. Where it rejects the environment is to be stopped. */
  async run(): Promise<void> {
    const life = this.#life;
    const outcome = await this.start('init');
    // A failed init is kept for the first invocation, which runs it again.
    if (outcome.kind !== 'ready' && !life.ended)
      await life.reset(outcome.kind === 'timeout' ? 'timeout' : 'failure');
  }

  /** Starts a runtime; `invoke`: within the event that the environment has. Rejects only where nothing could be started. */
  async start(phase: 'init' | 'invoke'): Promise<StartOutcome> {
    const life = this.#life;
    const start = (life.start = new RuntimeStart(this.#parts, phase));
    try {
      const outcome = await start.run();
      if (outcome.kind === 'ready' && phase === 'init') life.initMs = start.durationMs;
      if (outcome.kind === 'ready') life.telemetry.endInit();
      return outcome;
    } finally {
      life.start = undefined;
    }
  }
}
