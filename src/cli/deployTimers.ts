/** The time that the deployment lives by; tests drive one of their own. */
export interface DeploymentTimers {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `run` once after `ms`. */
  after(ms: number, run: () => void): { cancel(): void };
}

export const systemTimers: DeploymentTimers = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};
