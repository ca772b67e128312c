/** The product's version: the build replaces the constant by package.json's; a run from source says `0.0.0-source`. */
declare const LAMPLIGHT_VERSION: string | undefined;

export const VERSION: string = typeof LAMPLIGHT_VERSION === 'string' ? LAMPLIGHT_VERSION : '0.0.0-source';
