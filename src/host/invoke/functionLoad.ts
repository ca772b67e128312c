/** What one function has running, as Lambda would count it, and the rates that rule it (spec/lambda-service.md §6). */
import { TokenBucket } from './tokenBucket.ts';

/** Environments that Lambda starts for one function, at once and then in each period. */
export const SCALING = { environments: 1_000, periodMs: 10_000 };
/** Requests a second that each concurrent execution stands for. */
export const REQUESTS_PER_CONCURRENCY = 10;
const RATE_PERIOD_MS = 1_000;

/** Environments of one version that Lambda would have idle. */
interface IdleEnvironments {
  count: number;
  /** When one of them was used last, epoch milliseconds of service time. */
  usedAt: number;
}

export class FunctionLoad {
  /** Running, but for what runs on provisioned concurrency. */
  onDemand = 0;
  /** Running on the provisioned concurrency of a version or alias; none without any. */
  readonly provisioned = new Map<string, number>();
  provisionedTotal = 0;
  readonly #scaling: TokenBucket;
  readonly #idle = new Map<string, IdleEnvironments>();
  readonly #rates = new Map<string, TokenBucket>();

  constructor(now: number) {
    this.#scaling = new TokenBucket(SCALING.environments, SCALING.periodMs, now);
  }

  get running(): number {
    return this.onDemand + this.provisionedTotal;
  }

  /** The rate of requests for the reservation ('') or the provisioned concurrency of a qualifier. */
  rate(of: string, concurrency: number, now: number): TokenBucket {
    let bucket = this.#rates.get(of);
    if (bucket === undefined) {
      bucket = requestRate(concurrency, now);
      this.#rates.set(of, bucket);
    } else {
      bucket.resize(concurrency * REQUESTS_PER_CONCURRENCY);
    }
    return bucket;
  }

  /** An environment of the version is idle, or one more may start. `idleMs`: after that an idle one has ended. */
  canRun(version: string, now: number, idleMs: number): boolean {
    const idle = this.#idle.get(version);
    if (idle !== undefined && now - idle.usedAt >= idleMs) this.#idle.delete(version);
    else if (idle !== undefined && idle.count > 0) return true;
    return this.#scaling.has(now);
  }

  /** After {@link canRun}. */
  run(version: string): void {
    this.onDemand++;
    const idle = this.#idle.get(version);
    if (idle !== undefined && idle.count > 0) idle.count--;
    else this.#scaling.take();
  }

  /** Of {@link run}. */
  end(version: string, now: number): void {
    this.onDemand--;
    const idle = this.#idle.get(version);
    if (idle === undefined) {
      this.#idle.set(version, { count: 1, usedAt: now });
      return;
    }
    idle.count++;
    idle.usedAt = now;
  }

  runProvisioned(qualifier: string): void {
    this.provisioned.set(qualifier, (this.provisioned.get(qualifier) ?? 0) + 1);
    this.provisionedTotal++;
  }

  endProvisioned(qualifier: string): void {
    const rest = (this.provisioned.get(qualifier) ?? 0) - 1;
    if (rest > 0) this.provisioned.set(qualifier, rest);
    else this.provisioned.delete(qualifier);
    this.provisionedTotal--;
  }

  /** Its code or configuration has changed: what is idle can't be used any more. */
  forgetIdle(version: string | undefined): void {
    if (version === undefined) this.#idle.clear();
    else this.#idle.delete(version);
  }
}

export const requestRate = (concurrency: number, now: number): TokenBucket =>
  new TokenBucket(concurrency * REQUESTS_PER_CONCURRENCY, RATE_PERIOD_MS, now);
