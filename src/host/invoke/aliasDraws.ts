/**
 * Which of an alias's two versions gets an invocation: a draw for each (spec/lambda-service.md §3.3). Under a seed every
 * alias has its own sequence, whatever else is invoked between: the nth invocation goes to the same version in every run.
 */
import { createHash } from 'node:crypto';

export interface AliasDraws {
  /** From 0 up to 1. */
  next(functionName: string, alias: string): number;
}

/** @param seed any text; by chance where absent */
export function createAliasDraws(seed: string | undefined): AliasDraws {
  if (seed === undefined) return { next: () => Math.random() };
  const drawn = new Map<string, number>();
  return {
    next: (functionName, alias) => {
      const key = `${seed}\0${functionName}\0${alias}`;
      const count = drawn.get(key) ?? 0;
      drawn.set(key, count + 1);
      const digest = createHash('sha256').update(`${key}\0${count}`).digest();
      // 48 bits fill a double without rounding up to 1.
      return digest.readUIntBE(0, 6) / 2 ** 48;
    },
  };
}
