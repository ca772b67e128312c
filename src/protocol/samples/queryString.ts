/** The shapes in which HTTP triggers pass a query string on. */

/** Each name with all its values, in the order of the request; `decode` undoes percent-encoding. */
function pairs(query: string, decode: boolean): readonly (readonly [string, string])[] {
  if (query === '') return [];
  if (decode) return [...new URLSearchParams(query)];
  return query.split('&').map(part => {
    const at = part.indexOf('=');
    return at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
  });
}

/** `{"a": ["1", "2"]}` */
export function multiValues(query: string, decode = true): Record<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs(query, decode)) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries(values);
}

/** `{"a": "2"}`: the last value wins, as in REST APIs and load balancers. */
export const lastValues = (query: string, decode = true): Record<string, string> =>
  Object.fromEntries(pairs(query, decode));

/** `{"a": "1,2"}`: values joined by commas, as in payload format 2.0. */
export const joinedValues = (query: string): Record<string, string> =>
  Object.fromEntries(Object.entries(multiValues(query)).map(([name, values]) => [name, values.join(',')]));
