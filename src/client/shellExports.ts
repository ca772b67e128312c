/** The environment of the AWS CLI and the SDKs for one host, as a shell's commands. */
import type { HostInfo } from '../protocol/hostInfo.ts';

export type Shell = 'sh' | 'fish' | 'powershell';

/** What a client must have to talk to the host. */
export function awsVariables(host: HostInfo): readonly (readonly [name: string, value: string])[] {
  return [
    ['AWS_ENDPOINT_URL', host.endpoint],
    ['AWS_REGION', host.region],
    ['AWS_DEFAULT_REGION', host.region],
    ['AWS_ACCESS_KEY_ID', host.credentials.accessKeyId],
    ['AWS_SECRET_ACCESS_KEY', host.credentials.secretAccessKey],
  ];
}

/** What would lead a client elsewhere if it stayed. */
export const misleadingVariables = [
  'AWS_SESSION_TOKEN',
  'AWS_PROFILE',
  'AWS_ENDPOINT_URL_LAMBDA',
  'AWS_ENDPOINT_URL_STS',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
];

/**
 * Commands that a user evals. With `aliasAws` they define `aws` with the endpoint, for an AWS CLI that does not read
 * it from the environment.
 */
export function shellExports(host: HostInfo, shell: Shell, aliasAws: boolean): string {
  const dialect = dialects[shell];
  return [
    ...misleadingVariables.map(name => dialect.unset(name)),
    ...awsVariables(host).map(([name, value]) => dialect.set(name, dialect.quote(value))),
    ...(aliasAws ? [dialect.aws(dialect.quote(host.endpoint))] : []),
  ]
    .map(line => `${line}\n`)
    .join('');
}

interface Dialect {
  quote(value: string): string;
  set(name: string, quoted: string): string;
  unset(name: string): string;
  aws(endpoint: string): string;
}

const dialects: Readonly<Record<Shell, Dialect>> = {
  sh: {
    quote: value => `'${value.replaceAll("'", `'\\''`)}'`,
    set: (name, quoted) => `export ${name}=${quoted}`,
    unset: name => `unset ${name}`,
    aws: endpoint => `aws() { command aws --endpoint-url ${endpoint} "$@"; }`,
  },
  fish: {
    quote: value => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`,
    set: (name, quoted) => `set -gx ${name} ${quoted};`,
    unset: name => `set -e ${name};`,
    aws: endpoint => `function aws; command aws --endpoint-url ${endpoint} $argv; end;`,
  },
  powershell: {
    quote: value => `'${value.replaceAll("'", "''")}'`,
    set: (name, quoted) => `$env:${name} = ${quoted}`,
    unset: name => `Remove-Item Env:${name} -ErrorAction SilentlyContinue`,
    aws: endpoint =>
      `function aws { & (Get-Command aws -CommandType Application | Select-Object -First 1) --endpoint-url ${endpoint} @args }`,
  },
};
