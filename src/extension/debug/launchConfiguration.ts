import path from 'node:path';
import type { EventReference } from '../events/eventReference.ts';
import { isEventReference, referenceOf } from '../events/eventReference.ts';
import { t } from '../localize.ts';

/**
 * A `lamplight` entry of launch.json, or one made by a lens, the tree or F5. package.json describes the fields to
 * launch.json's editor; scripts/contributions.mjs checks that it describes exactly these.
 */
export interface LaunchConfiguration {
  readonly type: string;
  /** `launch` invokes; `attach` waits for invocations of others and stays until it is stopped. */
  readonly request: 'launch' | 'attach';
  readonly name: string;
  /** Name of the function in Lambda. */
  readonly function: string;
  readonly qualifier?: string;
  /** Path of a JSON file, from the workspace folder, or `sample:ID`. The function's current event when absent. */
  readonly event?: string;
  /** The event itself, instead of `event`. */
  readonly payload?: unknown;
  /** After the invocation: stay, and catch every later one whatever invoked it. */
  readonly stayAttached?: boolean;
  /** Further files that stepping passes over; js-debug's patterns, which debugpy knows too. */
  readonly skipFiles?: readonly string[];
  /** js-debug's smart stepping over generated code without a source. */
  readonly smartStep?: boolean;
  /** debugpy's: stop in the function's code only, not in Python's and packages'. */
  readonly justMyCode?: boolean;
}

/** Fields of launch.json beside VS Code's own. */
export const launchFields = [
  'function',
  'qualifier',
  'event',
  'payload',
  'stayAttached',
  'skipFiles',
  'smartStep',
  'justMyCode',
] as const satisfies readonly (keyof LaunchConfiguration)[];

export const attachFields = [
  'function',
  'qualifier',
  'skipFiles',
  'smartStep',
  'justMyCode',
] as const satisfies readonly (keyof LaunchConfiguration)[];

/** What a root session runs: a checked configuration. */
export interface DebugPlan {
  readonly functionName: string;
  readonly qualifier: string | undefined;
  /** The event to invoke with; absent where the session only waits. */
  readonly event: EventReference | 'current' | undefined;
  /** Request id of a queued event whose next attempt the session has run, instead of invoking. */
  readonly pending: string | undefined;
  readonly stays: boolean;
  readonly debug: boolean;
  readonly skipFiles: readonly string[];
  readonly smartStep: boolean;
  readonly justMyCode: boolean;
}

/** Reads a configuration; a mistake is answered as a sentence that names the field. */
export function debugPlan(
  configuration: Readonly<Record<string, unknown>>,
  folder: string,
): DebugPlan | { readonly mistake: string } {
  const {
    request,
    function: functionName,
    qualifier,
    event,
    payload,
    stayAttached,
    skipFiles,
    smartStep,
    justMyCode,
  } = configuration;
  const mistake = (text: string): { mistake: string } => ({ mistake: text });
  if (request !== 'launch' && request !== 'attach')
    return mistake(t('"request" must be "launch" or "attach".'));
  if (typeof functionName !== 'string' || functionName === '')
    return mistake(t('"function" must name a function of this folder.'));
  if (qualifier !== undefined && typeof qualifier !== 'string')
    return mistake(t('"qualifier" must be text: a version or an alias.'));
  if (stayAttached !== undefined && typeof stayAttached !== 'boolean')
    return mistake(t('"stayAttached" must be true or false.'));
  if (smartStep !== undefined && typeof smartStep !== 'boolean')
    return mistake(t('"smartStep" must be true or false.'));
  if (justMyCode !== undefined && typeof justMyCode !== 'boolean')
    return mistake(t('"justMyCode" must be true or false.'));
  if (skipFiles !== undefined && !isTexts(skipFiles))
    return mistake(t('"skipFiles" must be a list of patterns.'));
  if (event !== undefined && typeof event !== 'string')
    return mistake(
      t('"event" must be the path of a JSON file or "sample:ID"; give an event itself as "payload".'),
    );
  if (event !== undefined && payload !== undefined)
    return mistake(t('Give either "event" or "payload", not both.'));
  if (request === 'attach' && (event !== undefined || payload !== undefined))
    return mistake(t('"attach" waits for invocations of others: it takes no event. Use "launch" to invoke.'));
  const given: unknown = configuration[PENDING_FIELD];
  const pending = typeof given === 'string' ? given : undefined;
  return {
    functionName,
    qualifier,
    event:
      request === 'attach' || pending !== undefined
        ? undefined
        : eventOf(configuration, event, payload, folder),
    pending,
    stays: request === 'attach' || stayAttached === true,
    debug: configuration['noDebug'] !== true,
    skipFiles: skipFiles ?? [],
    smartStep: smartStep ?? true,
    justMyCode: justMyCode ?? true,
  };
}

/** Where the tree puts the request id of a queued event. */
export const PENDING_FIELD = '__lamplightPending';

/** Where lens, tree and F5 put the event that they have at hand. */
export const EVENT_FIELD = '__lamplightEvent';

function eventOf(
  configuration: Readonly<Record<string, unknown>>,
  event: string | undefined,
  payload: unknown,
  folder: string,
): EventReference | 'current' {
  const given = configuration[EVENT_FIELD];
  if (isEventReference(given)) return given;
  if (payload !== undefined)
    return { kind: 'text', title: 'payload', text: JSON.stringify(payload, undefined, 2) };
  return event === undefined ? 'current' : referenceOf(event, file => path.resolve(folder, file));
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(item => typeof item === 'string');
