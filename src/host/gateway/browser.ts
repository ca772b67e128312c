/**
 * Keeps web pages out (DESIGN.md rule 7). A page in the user's browser reaches loopback as well as the user does; what
 * it cannot do is leave out its Origin and Sec-Fetch headers, or choose its Host after a DNS rebinding.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from '../../protocol/awsError.ts';
import { browserHeader } from '../../protocol/browserHeaders.ts';

/** Hosts of a listener: the names that its URL may have been handed out with. */
export interface AllowedHosts {
  readonly exact: ReadonlySet<string>;
  /** `.localhost:PORT`, which resolves to loopback whatever stands before it. */
  readonly suffix?: string;
}

/** Names of this machine's loopback with the listener's port; port 80 may be left out, as clients do. */
export function loopbackHosts(port: number, further: readonly string[] = []): AllowedHosts {
  const names = ['127.0.0.1', 'localhost', '[::1]', ...further];
  const exact = new Set(names.map(name => `${name}:${port}`));
  if (port === 80) for (const name of names) exact.add(name);
  return { exact, suffix: `.localhost:${port}` };
}

function isAllowedHost(host: string, hosts: AllowedHosts): boolean {
  if (hosts.exact.has(host)) return true;
  const lower = host.toLowerCase();
  if (hosts.exact.has(lower)) return true;
  return (
    hosts.suffix !== undefined && lower.endsWith(hosts.suffix) && /^[a-z0-9.-]+\.localhost:\d+$/.test(lower)
  );
}

/**
 * Throws AccessDeniedException for a foreign Host and for whatever a browser sent. Answers the Origin where it is one
 * that a setting allows, else undefined.
 */
export function refuseBrowsers(
  headers: IncomingHttpHeaders,
  hosts: AllowedHosts,
  allowedOrigins: readonly string[],
): string | undefined {
  const { host, origin } = headers;
  if (host === undefined || !isAllowedHost(host, hosts))
    throw refusal(
      `The Host header "${host ?? ''}" is not an address of this endpoint. Use http://${[...hosts.exact][0] ?? ''}.`,
    );
  if (origin !== undefined) {
    if (allowedOrigins.includes(origin)) return origin;
    throw refusal(
      `Requests of web pages are refused: this one carries the Origin "${origin}". The setting for allowed origins can let it in.`,
    );
  }
  const telltale = browserHeader(headers);
  if (telltale !== undefined)
    throw refusal(`Requests of web pages are refused: this one carries ${telltale}.`);
  return undefined;
}

const refusal = (message: string): AwsError =>
  new AwsError('AccessDeniedException', 403, message, { type: undefined, messageKey: 'Message' });

/** Headers that let an allowed page read an answer. */
export const corsHeaders = (origin: string): Record<string, string> => ({
  'access-control-allow-origin': origin,
  'access-control-expose-headers': '*, x-amzn-requestid, x-amzn-errortype',
  vary: 'Origin',
});

/** Answer to the preflight of an allowed page. */
export const preflightHeaders = (origin: string, headers: IncomingHttpHeaders): Record<string, string> => ({
  ...corsHeaders(origin),
  'access-control-allow-methods': 'GET, POST, PUT, DELETE, HEAD, PATCH',
  'access-control-allow-headers': headers['access-control-request-headers']?.toString() ?? '*',
  'access-control-max-age': '600',
});
