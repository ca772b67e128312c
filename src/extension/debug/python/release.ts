/**
 * The debugpy that Lamplight installs: the last release that runs on every Python that functions run on (the next one,
 * 1.8.22, ends with an error before 3.10), as the wheel of plain Python that fits every platform. Pinned with its checksum,
 * so that it does not matter which index or mirror it comes from, and so that what was tested is what runs.
 */
export const DEBUGPY = {
  version: '1.8.21',
  file: 'debugpy-1.8.21-py2.py3-none-any.whl',
  sha256: 'b1e37d333663c8851516a47364ef473da127f9caebe4417e6df6f5825a7e9a92',
} as const;

/** A release of a package for Python, as its index has it. */
export interface Release {
  readonly version: string;
  /** Name of the wheel. */
  readonly file: string;
  readonly sha256: string;
}
