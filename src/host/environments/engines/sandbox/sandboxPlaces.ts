/** Where things are in a sandbox: as on AWS (spec/execution-environment.md §5.2), and what AWS has no place for. */

export const TASK_ROOT = '/var/task';
export const LAYERS_ROOT = '/opt';
export const RUNTIME_DIRECTORY = '/var/runtime';
/** The language: its program in `bin`. */
export const LANGUAGE = '/var/lang';
/** The AWS SDK of Lamplight's storage. */
export const SDK = '/var/lamplight/sdk';

/** The function's user, `sbx_user1051`. */
export const USER = 993;
export const GROUP = 990;
