/**
 * The debugpy that Lamplight installs: the last release whose wheel is plain Python, for every Python and platform that
 * functions run on (3.8 and later). Pinned with its checksum, so that it does not matter which index or mirror it comes
 * from, and so that what was tested is what runs.
 */
export const DEBUGPY = {
  version: '1.8.22',
  file: 'debugpy-1.8.22-py2.py3-none-any.whl',
  sha256: 'a9e9d3550e15ca479c59333e90845029190531f0cacfedab3b815a57bd913947',
} as const;

/** A release of a package for Python, as its index has it. */
export interface Release {
  readonly version: string;
  /** Name of the wheel. */
  readonly file: string;
  readonly sha256: string;
}
