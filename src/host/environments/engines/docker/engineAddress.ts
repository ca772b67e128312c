/**
 * Where the container engine is, in the order that Docker's own client looks: our setting, DOCKER_HOST, the current
 * context, the platform's default (https://docs.docker.com/engine/manage-resources/contexts/). Podman's socket is one
 * of the defaults. Nothing is contacted here.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';

/** What the resolution looks at; the caller gives the machine's, tests their own. */
export interface AddressSources {
  /** Our own setting. */
  readonly setting?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The user's home folder. */
  readonly home: string;
  /** Content of a file, or undefined where it can't be read. */
  readonly readText: (file: string) => string | undefined;
  readonly exists: (file: string) => boolean;
}

/** Files of a TLS connection, in PEM. */
export interface EngineTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** False: any certificate of the engine is taken (the context says so). */
  readonly verify: boolean;
}

export type EngineAddress = {
  /** As a person writes it: `unix:///var/run/docker.sock`. */
  readonly text: string;
  /** Who says so: `DOCKER_HOST`, `the Docker context "colima"`. */
  readonly source: string;
} & (
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls?: EngineTls }
  | { readonly kind: 'unusable'; readonly reason: string }
);

/** Never throws: an address that can't be used says why. */
export function resolveEngineAddress(sources: AddressSources): EngineAddress {
  const { setting, env } = sources;
  if (setting !== undefined && setting !== '')
    return parse(setting, 'the setting for the Docker address', sources);
  const fromEnv = env['DOCKER_HOST'];
  if (fromEnv !== undefined && fromEnv !== '') return parse(fromEnv, 'DOCKER_HOST', sources);
  return fromContext(sources) ?? platformDefault(sources);
}

function parse(text: string, source: string, sources: AddressSources, tls?: EngineTls): EngineAddress {
  if (path.isAbsolute(text)) return { kind: 'socket', text: `unix://${text}`, source, path: text };
  const found = /^(\w+):\/\/(.*)$/.exec(text);
  const scheme = found?.[1] ?? 'tcp';
  const rest = found?.[2] ?? text;
  if (scheme === 'unix' && rest !== '') return { kind: 'socket', text, source, path: rest };
  if (scheme === 'npipe' && rest !== '') {
    return { kind: 'socket', text, source, path: rest.replaceAll('/', '\\') };
  }
  if (scheme === 'ssh') {
    const reason = 'an engine behind SSH is on another machine, and function code is mounted from this one';
    return { kind: 'unusable', text, source, reason };
  }
  if (['tcp', 'http', 'https'].includes(scheme))
    return parseTcp({ text, source, scheme, rest }, sources, tls);
  return { kind: 'unusable', text, source, reason: 'it is no unix://, npipe:// or tcp:// address' };
}

function parseTcp(
  address: { readonly text: string; readonly source: string; readonly scheme: string; readonly rest: string },
  sources: AddressSources,
  contextTls: EngineTls | undefined,
): EngineAddress {
  const { text, source, scheme, rest } = address;
  const url = URL.canParse(`http://${rest}`) ? new URL(`http://${rest}`) : undefined;
  if (!url || url.hostname === '') {
    return { kind: 'unusable', text, source, reason: 'it has no host name and port (tcp://127.0.0.1:2375)' };
  }
  const tls = contextTls ?? tlsFromEnvironment(sources, scheme === 'https');
  const port = url.port === '' ? (tls ? 2376 : 2375) : Number(url.port);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { kind: 'tcp', text, source, host, port, ...(tls ? { tls } : {}) };
}

/** DOCKER_TLS_VERIFY and DOCKER_CERT_PATH, as Docker's client reads them. */
function tlsFromEnvironment(sources: AddressSources, always: boolean): EngineTls | undefined {
  const { env, home } = sources;
  const verify = (env['DOCKER_TLS_VERIFY'] ?? '') !== '';
  if (!verify && !always) return undefined;
  const folder = env['DOCKER_CERT_PATH'];
  return readTls(sources, folder === undefined || folder === '' ? path.join(home, '.docker') : folder, true);
}

function readTls(sources: AddressSources, folder: string, verify: boolean): EngineTls {
  const part = (name: string): string | undefined => sources.readText(path.join(folder, name));
  const [ca, cert, key] = [part('ca.pem'), part('cert.pem'), part('key.pem')];
  return {
    verify,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

/** The context that is current; undefined for `default`, which means the platform's default. */
function fromContext(sources: AddressSources): EngineAddress | undefined {
  const { env, home, readText } = sources;
  const folder = env['DOCKER_CONFIG'] ?? path.join(home, '.docker');
  const config = parseObject(readText(path.join(folder, 'config.json')));
  const current = env['DOCKER_CONTEXT'] ?? config?.['currentContext'];
  if (typeof current !== 'string' || current === '' || current === 'default') return undefined;
  const source = `the Docker context "${current}"`;
  const id = createHash('sha256').update(current).digest('hex');
  const meta = parseObject(readText(path.join(folder, 'contexts/meta', id, 'meta.json')));
  const endpoint = objectAt(objectAt(meta, 'Endpoints'), 'docker');
  const host = endpoint?.['Host'];
  if (typeof host !== 'string' || host === '') {
    const reason = `${path.join(folder, 'contexts')} does not describe it`;
    return { kind: 'unusable', text: current, source, reason };
  }
  const tlsFolder = path.join(folder, 'contexts/tls', id, 'docker');
  const tls = sources.exists(tlsFolder)
    ? readTls(sources, tlsFolder, endpoint?.['SkipTLSVerify'] !== true)
    : undefined;
  return parse(host, source, sources, tls);
}

function platformDefault(sources: AddressSources): EngineAddress {
  const { platform, home, env, exists } = sources;
  const source = 'the default of this platform';
  if (platform === 'win32') {
    return {
      kind: 'socket',
      text: 'npipe:////./pipe/docker_engine',
      source,
      path: '\\\\.\\pipe\\docker_engine',
    };
  }
  const usual = '/var/run/docker.sock';
  const runtime = env['XDG_RUNTIME_DIR'];
  const candidates = [
    usual,
    // Docker Desktop without the symbolic link that needs an administrator.
    path.join(home, '.docker/run/docker.sock'),
    ...(runtime === undefined || runtime === ''
      ? []
      : [path.join(runtime, 'docker.sock'), path.join(runtime, 'podman/podman.sock')]),
    '/run/podman/podman.sock',
  ];
  const file = candidates.find(exists) ?? usual;
  return { kind: 'socket', text: `unix://${file}`, source, path: file };
}

function parseObject(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function objectAt(
  value: Record<string, unknown> | undefined,
  key: string,
): Record<string, unknown> | undefined {
  return asObject(value?.[key]);
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : undefined;
}
