/** Source maps that mean the same wherever the code lies. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';

interface SourceMap {
  sources: string[];
  [member: string]: unknown;
}

/**
 * esbuild writes sources relative to the map; the artifact moves, so they become `file:` URLs, which Node and debuggers
 * take on every platform (a bare Windows path would be read as a URL of scheme `c:`).
 * @param file absolute path that the map's sources are relative to
 */
export function withAbsoluteSources(map: string, file: string): string {
  const parsed = JSON.parse(map) as SourceMap;
  const folder = path.dirname(file);
  parsed.sources = parsed.sources.map(source =>
    /^[a-z][a-z+.-]+:/i.test(source) ? source : pathToFileURL(path.resolve(folder, source)).href,
  );
  return JSON.stringify(parsed);
}
