/** The end of an environment, for good: whatever it is doing comes to its end, and nothing of it is left (spec/execution-environment.md §2.5). */
import { withinWall } from '../../clock.ts';
import type { ShutdownReason } from '../extensionsApi/extensionEvents.ts';
import type { InvokePhase } from './invokePhase.ts';
import type { Life } from './life.ts';
import { platformAnswer } from './platformAnswers.ts';

/** Wall time that an engine gets to thaw what is to end. */
const THAW_LIMIT = 2_000;

export class EndPhase {
  readonly #life: Life;
  readonly #invoke: InvokePhase;

  constructor(life: Life, invoke: InvokePhase) {
    this.#life = life;
    this.#invoke = invoke;
  }

  /** To be called once. Never rejects. */
  async run(reason: ShutdownReason): Promise<void> {
    const life = this.#life;
    try {
      await this.#end(reason);
    } catch (error) {
      life.tellDefect(error);
    }
    life.setState('stopped');
    life.options.listener.ended(life.options.id);
  }

  async #end(reason: ShutdownReason): Promise<void> {
    const life = this.#life;
    life.setState('stopping');
    // Some engines can't end what is frozen.
    const thawed = life.freezer.stop();
    if (thawed) await withinWall(life.clock, THAW_LIMIT, thawed);
    life.start?.end({ kind: 'stopped' });
    const { run } = life;
    if (run && !run.finishing) {
      run.fail(platformAnswer('Sandbox.Failure', run.requestId, 'The execution environment was stopped'), {
        status: 'error',
        errorType: 'Sandbox.Failure',
      });
      await this.#invoke.finishAndReset(run, reason);
    }
    await life.shutDown(reason);
    await life.slot.close();
    if (run) this.#invoke.close(run, life.memory.use);
    life.memory.watch(undefined);
    life.log.flush();
  }
}
