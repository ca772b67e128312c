/** What an extension asks for when it subscribes to the Telemetry API or the Logs API (spec/execution-environment.md §3.1). */
import type { TelemetryType } from './platformEvents.ts';

export type TelemetryApiName = 'telemetry' | 'logs';

export type SubscribedDestination =
  | { readonly protocol: 'HTTP'; readonly port: number; readonly path: string; readonly host: string }
  | { readonly protocol: 'TCP'; readonly port: number };

export interface Subscription {
  readonly api: TelemetryApiName;
  readonly schemaVersion: string;
  readonly types: readonly TelemetryType[];
  readonly maxItems: number;
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly destination: SubscribedDestination;
}

const schemaVersions: Readonly<Record<TelemetryApiName, readonly [string, ...string[]]>> = {
  telemetry: ['2022-07-01', '2022-12-13', '2025-01-29'],
  logs: ['2020-08-15', '2021-03-18'],
};
const allTypes: readonly TelemetryType[] = ['platform', 'function', 'extension'];
/** Least, most, and what counts where nothing is said. */
const bounds = {
  maxItems: [1_000, 10_000, 10_000],
  maxBytes: [262_144, 1_048_576, 262_144],
  timeoutMs: [25, 30_000, 1_000],
} as const;
/** AWS's Runtime API listens there. */
const RUNTIME_API_PORT = 9001;

/** The subscription that a body asks for, or what is wrong with it: AWS joins all of it by `; `. */
export function readSubscription(api: TelemetryApiName, body: Buffer): Subscription | string {
  const asked = objectOf(parse(body));
  if (!asked) return 'the request body is not a JSON object';
  const wrong: string[] = [];
  const destination = readDestination(asked['destination'], wrong);
  const types = readTypes(asked['types'], wrong);
  const schemaVersion = readSchemaVersion(api, asked['schemaVersion'], wrong);
  const buffering = readBuffering(asked['buffering'], wrong);
  if (!destination || wrong.length > 0) return wrong.join('; ');
  return { api, schemaVersion, types, ...buffering, destination };
}

function readSchemaVersion(api: TelemetryApiName, value: unknown, wrong: string[]): string {
  const known = schemaVersions[api];
  if (value === undefined && api === 'logs') return known[0];
  if (value === undefined) wrong.push('schemaVersion is not provided');
  else if (typeof value !== 'string' || !known.includes(value))
    wrong.push(`schemaVersion should be one of ${known.join(', ')}`);
  return String(value);
}

function readTypes(value: unknown, wrong: string[]): TelemetryType[] {
  const types = Array.isArray(value) ? (value as unknown[]) : [];
  if (types.length === 0) wrong.push('types should not be empty');
  const known = allTypes.filter(type => types.includes(type));
  if (types.some(type => !allTypes.some(each => each === type)))
    wrong.push(`types should be of ${allTypes.join(', ')}`);
  return known;
}

function readBuffering(
  value: unknown,
  wrong: string[],
): Pick<Subscription, 'maxItems' | 'maxBytes' | 'timeoutMs'> {
  const asked = objectOf(value ?? {});
  if (!asked) wrong.push('buffering should be an object');
  const read = (name: keyof typeof bounds): number => {
    const [least, most, usual] = bounds[name];
    const given = asked?.[name] ?? usual;
    if (typeof given === 'number' && Number.isInteger(given) && given >= least && given <= most) return given;
    wrong.push(`buffering.${name} should be an integer from ${least} to ${most}`);
    return usual;
  };
  return { maxItems: read('maxItems'), maxBytes: read('maxBytes'), timeoutMs: read('timeoutMs') };
}

function readDestination(value: unknown, wrong: string[]): SubscribedDestination | undefined {
  const asked = objectOf(value);
  if (!asked) {
    wrong.push('destination is not provided');
    return undefined;
  }
  if (asked['protocol'] === 'HTTP') return readUri(asked['URI'], wrong);
  if (asked['protocol'] === 'TCP') return readPort(asked['port'], wrong);
  wrong.push('destination.protocol should be HTTP or TCP');
  return undefined;
}

function readPort(port: unknown, wrong: string[]): SubscribedDestination | undefined {
  if (typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535 && isFree(port))
    return { protocol: 'TCP', port };
  wrong.push(
    port === undefined ? 'port is not provided' : 'port should be an integer from 1 to 65535, and not 9001',
  );
  return undefined;
}

function readUri(uri: unknown, wrong: string[]): SubscribedDestination | undefined {
  const url = typeof uri === 'string' && URL.canParse(uri) ? new URL(uri) : undefined;
  if (url?.protocol !== 'http:') {
    wrong.push(uri === undefined ? 'URI is not provided' : 'URI should be a URL of the scheme http');
    return undefined;
  }
  // A port of 80 is none to the parser.
  const port = Number(/^http:\/\/[^/?#]*:(\d+)/i.exec(String(uri))?.[1] ?? url.port);
  if (port === 0) wrong.push('URI port is not provided');
  else if (!isFree(port)) wrong.push(`URI port ${port} is not available`);
  else if (url.hostname !== 'sandbox.localdomain' && url.hostname !== 'sandbox')
    wrong.push('URI host should be sandbox.localdomain');
  else
    return { protocol: 'HTTP', port, path: `${url.pathname}${url.search}`, host: `${url.hostname}:${port}` };
  return undefined;
}

const isFree = (port: number): boolean => port !== RUNTIME_API_PORT;

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return value as Readonly<Record<string, unknown>>;
}
