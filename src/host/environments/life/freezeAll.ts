/** An environment stands still as a whole: its runtime and its extensions (spec/execution-environment.md §4.1). */
import type { ExtensionProcess } from '../engine.ts';
import type { Freezable } from './freezer.ts';

/** `runtime`, where there are no extensions. Undefined where there is no runtime: there is nothing to freeze then. */
export function freezableWith(
  runtime: Freezable | undefined,
  extensions: readonly ExtensionProcess[],
): Freezable | undefined {
  if (!runtime || extensions.length === 0) return runtime;
  const parts = [runtime, ...extensions];
  if (parts.some(({ pause, resume }) => pause === undefined || resume === undefined)) return undefined;
  const all = (results: readonly (Promise<void> | undefined)[]): Promise<void> | undefined => {
    const slow = results.filter(result => result !== undefined);
    return slow.length === 0 ? undefined : Promise.all(slow).then(() => undefined);
  };
  return {
    pause: () => all(parts.map(part => part.pause?.())),
    resume: () => all(parts.map(part => part.resume?.())),
  };
}
