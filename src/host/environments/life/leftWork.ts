/** What an invocation began and did not end, as our own bootstraps tell it (runtimeApi/frames.ts, `left`). */
import { withinWall, type Clock } from '../../clock.ts';

/** Wall time that the news may take: work that was left behind may keep the runtime busy. */
const LIMIT_MS = 100;

export class LeftWork {
  #found: readonly string[] = [];
  #told: Promise<void> | undefined;
  #tell: () => void = () => undefined;

  /** One text for each, its kind first. */
  get found(): readonly string[] {
    return this.#found;
  }

  /** The runtime looks for it: {@link take} follows. */
  expect(): void {
    this.#told ??= new Promise(resolve => (this.#tell = resolve));
  }

  take(found: readonly string[]): void {
    this.#found = found;
    this.#tell();
  }

  /** Resolves when all is known; undefined where it is already. */
  settled(clock: Pick<Clock, 'afterWall'>): Promise<unknown> | undefined {
    return this.#told && withinWall(clock, LIMIT_MS, this.#told);
  }
}
