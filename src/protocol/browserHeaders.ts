/**
 * How a request of a web page gives itself away (DESIGN.md rule 7, docs/decisions/0003-node-fetch-is-no-browser.md).
 */

/**
 * The header that says "a browser sent this", or undefined. Browsers send Origin or Sec-Fetch-Site with every request to
 * loopback. A lone `Sec-Fetch-Mode: cors` is what Node's own fetch sends, and no browser.
 * @param headers by lower-case name
 */
export function browserHeader(headers: Readonly<Record<string, unknown>>): string | undefined {
  if (headers['origin'] !== undefined) return 'origin';
  for (const name in headers) {
    if (!name.startsWith('sec-fetch-')) continue;
    if (name === 'sec-fetch-mode' && headers[name] === 'cors') continue;
    return name;
  }
  return undefined;
}
