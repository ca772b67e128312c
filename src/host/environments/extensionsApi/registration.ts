/** The body of a registration: `{"events":["INVOKE","SHUTDOWN"]}` (spec/execution-environment.md §2.1), read as Go's decoder does at AWS. */

/** The events that it asks for, whatever they are; or why the body can't be read. */
export function readRegistration(
  body: Buffer,
): { readonly events: readonly string[] } | { readonly why: string } {
  const text = body.toString('utf8').trim();
  if (text === '') return { why: 'unexpected end of JSON input' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
  if (value === null) return { events: [] };
  if (typeof value !== 'object' || Array.isArray(value))
    return { why: `json: cannot unmarshal ${kindOf(value)} into Go value of type handler.RegisterRequest` };
  const { events = null, configurationKeys = null } = value as Readonly<Record<string, unknown>>;
  for (const [name, list] of Object.entries({ events, configurationKeys })) {
    if (list === null) continue;
    const wrong: unknown = Array.isArray(list) ? list.find(each => typeof each !== 'string') : list;
    if (wrong !== undefined)
      return { why: `json: cannot unmarshal ${kindOf(wrong)} into Go struct field .${name}` };
  }
  if (Array.isArray(configurationKeys) && configurationKeys.length > 0)
    return { why: 'configurationKeys are deprecated; use environment variables instead' };
  return { events: Array.isArray(events) ? events.filter(event => typeof event === 'string') : [] };
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
