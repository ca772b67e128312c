/** Finds a wheel in a package index: https://packaging.python.org/en/latest/specifications/simple-repository-api/ */
import type { DownloadOptions } from './download.ts';
import { BadStatus, download } from './download.ts';
import type { Release } from './release.ts';

const ACCEPT =
  'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01';
/** Bytes of the list of a package's files. */
const LIST_LIMIT = 32 * 1024 * 1024;

/** Address of the release's wheel, undefined where the index does not have it. Rejects as {@link download} does. */
export async function findWheel(
  index: string,
  packageName: string,
  release: Release,
  options: Pick<DownloadOptions, 'signal' | 'certificates'>,
): Promise<URL | undefined> {
  const list = new URL(`${index.replace(/\/+$/, '')}/${packageName}/`);
  try {
    const { body, url } = await download(list, {
      ...options,
      headers: { accept: ACCEPT },
      limit: LIST_LIMIT,
    });
    const text = body.toString('utf8');
    const address = (text.trimStart().startsWith('{') ? fromJson : fromHtml)(text, release.file);
    if (address === undefined) return undefined;
    const wheel = new URL(address, url);
    // The name and password of an index are its own.
    if (wheel.host === list.host && wheel.username === '') {
      wheel.username = list.username;
      wheel.password = list.password;
    }
    return wheel;
  } catch (error) {
    if (error instanceof BadStatus && error.status === 404) return undefined;
    throw error;
  }
}

function fromJson(text: string, file: string): string | undefined {
  const body = JSON.parse(text) as { readonly files?: unknown };
  const files: readonly unknown[] = Array.isArray(body.files) ? body.files : [];
  for (const entry of files) {
    if (typeof entry !== 'object' || entry === null || !('filename' in entry) || !('url' in entry)) continue;
    if (entry.filename === file && typeof entry.url === 'string') return entry.url;
  }
  return undefined;
}

function fromHtml(text: string, file: string): string | undefined {
  for (const [, href = ''] of text.matchAll(/<a\s[^>]*?href\s*=\s*["']([^"']+)["']/gi)) {
    const address = href.replaceAll('&amp;', '&');
    const name = (address.split(/[?#]/)[0] ?? '').split('/').at(-1) ?? '';
    if (decodeURIComponent(name) === file) return address;
  }
  return undefined;
}
