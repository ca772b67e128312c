/** Numbers of a bench: medians of interleaved rounds, so that the machine's other work falls on all sides alike. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';

/** The middle of the values, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Linear between the two nearest ranks; `q` from 0 to 1. */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) throw new RangeError('There is no quantile of no values');
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (sorted.length - 1) * q;
  const low = sorted[Math.floor(rank)]!;
  const high = sorted[Math.ceil(rank)]!;
  return low + (high - low) * (rank - Math.floor(rank));
}

/** Milliseconds that `work` took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/**
 * Runs every side once a round, in an order that turns with the round, and gives all values of each side. A side gives
 * its own number: milliseconds, or a rate.
 */
export async function interleaved<Name extends string>(
  rounds: number,
  sides: Readonly<Record<Name, (round: number) => Promise<number>>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(sides) as Name[];
  const values = Object.fromEntries(names.map(name => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) {
    for (let index = 0; index < names.length; index++) {
      const name = names[(index + round) % names.length]!;
      values[name].push(await sides[name](round));
    }
  }
  return values;
}

/** Milliseconds from starting this Node.js with `-e 0` to its exit: the unit in which starts are counted. */
export function bareNode(): Promise<number> {
  return timed(() => exitOf(process.execPath, ['-e', '0']));
}

/** Runs a program to its end; rejects when it fails. */
export async function exitOf(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed: exit ${String(code)}\n${errors}`);
}
