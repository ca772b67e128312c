/**
 * Who may send requests to a function URL (DESIGN.md rule 7, as far as it fits something that is made for browsers):
 * programs may; of web pages those that the URL's own CORS configuration lets in, and what a user opens by hand.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { browserHeader } from '../../../protocol/browserHeaders.ts';
import { urlHost, type FunctionUrl } from '../../functions/functionUrls.ts';

/** Why the request is refused; undefined where it is not. */
export function refusalOf(
  headers: IncomingHttpHeaders,
  url: Pick<FunctionUrl, 'cors' | 'id' | 'port'>,
  region: string,
): string | undefined {
  const own = urlHost(url, region);
  const host = headers.host?.toLowerCase() ?? '';
  const loopback = ['127.0.0.1', 'localhost', '[::1]'].map(name => `${name}:${url.port}`);
  // A page that has its own name resolve to loopback would be of the same origin as what it asks.
  if (host !== own && !loopback.includes(host))
    return `The Host header "${headers.host ?? ''}" is not an address of this function URL. Use http://${own}/.`;
  const allowed = url.cors?.AllowOrigins ?? [];
  if (allowed.includes('*')) return undefined;
  const { origin } = headers;
  if (origin !== undefined)
    return origin === `http://${host}` || allowed.includes(origin)
      ? undefined
      : `Requests of other web pages are refused: this one carries the Origin "${origin}". The URL's Cors configuration can let it in, by AllowOrigins.`;
  const site = headers['sec-fetch-site'];
  if (browserHeader(headers) === undefined || site === 'none' || site === 'same-origin') return undefined;
  return `Requests of other web pages are refused: this one carries Sec-Fetch-Site "${site ?? ''}". The URL's Cors configuration can let all in, by AllowOrigins "*".`;
}
