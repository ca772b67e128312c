/** Which functions wait for new code, and which have none because their build failed. */
export interface Builds {
  /** New code is on its way. */
  begin(name: string): void;
  /** It came, or it did not: then `error` says why. Whoever waits goes on. */
  end(name: string, error?: string): void;
  forget(name: string): void;
  error(name: string): string | undefined;
  /** Resolves when no build of the function is pending. */
  settled(name: string): Promise<void>;
  /** Lets everybody go who still waits. */
  close(): void;
}

export function createBuilds(): Builds {
  const pending = new Map<string, { readonly promise: Promise<void>; readonly resolve: () => void }>();
  const errors = new Map<string, string>();
  const release = (name: string): void => {
    const waiting = pending.get(name);
    pending.delete(name);
    waiting?.resolve();
  };
  return {
    begin: name => {
      if (pending.has(name)) return;
      let resolve = (): void => undefined;
      const promise = new Promise<void>(done => (resolve = done));
      pending.set(name, { promise, resolve });
    },
    end: (name, error) => {
      if (error === undefined) errors.delete(name);
      else errors.set(name, error);
      release(name);
    },
    forget: name => {
      errors.delete(name);
      release(name);
    },
    error: name => errors.get(name),
    settled: async name => {
      for (let next = pending.get(name); next !== undefined; next = pending.get(name)) await next.promise;
    },
    close: () => {
      for (const name of [...pending.keys()]) release(name);
    },
  };
}
