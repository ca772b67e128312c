/** What has been opened, the newest first: the order in which it is closed. */
export interface Opened {
  add(close: () => unknown): void;
  /** Closes everything, also when one of them fails: the others must not be left behind for it. */
  closeAll(failed: (error: unknown) => void): Promise<void>;
}

export function createOpened(): Opened {
  const opened: (() => unknown)[] = [];
  return {
    add: close => void opened.unshift(close),
    closeAll: async failed => {
      for (let close = opened.shift(); close !== undefined; close = opened.shift()) {
        try {
          await close();
        } catch (error) {
          failed(error);
        }
      }
    },
  };
}
