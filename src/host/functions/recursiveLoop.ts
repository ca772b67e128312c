/** What happens when a function is invoked again and again in one chain of calls (spec/lambda-service.md §10.4). */
import type { FunctionSettings, Settings } from './functionSettings.ts';

/** Terminate where absent. */
export type RecursiveLoop = 'Allow' | 'Terminate';

/** Of the whole function. */
export const recursiveLoop = (settings: FunctionSettings): Settings<RecursiveLoop> =>
  settings.of('recursion');
