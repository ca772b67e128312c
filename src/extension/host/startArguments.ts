import type { SettingValues } from '../contributions.ts';

/** The settings that a host is started with. */
export const hostSettings = [
  'lamplight.host.engine',
  'lamplight.host.port',
  'lamplight.host.region',
  'lamplight.host.accountId',
  'lamplight.host.upstream',
  'lamplight.host.serviceEndpoints',
  'lamplight.host.awsProfile',
  'lamplight.host.enforcePolicies',
  'lamplight.host.acceptAnyCredentials',
  'lamplight.host.allowedOrigins',
  'lamplight.host.nodePath',
  'lamplight.host.maxEnvironments',
  'lamplight.host.accountConcurrency',
  'lamplight.host.freezeAfter',
  'lamplight.docker.host',
  'lamplight.docker.images',
  'lamplight.docker.network',
] as const satisfies readonly (keyof SettingValues)[];

type HostSettings = Pick<SettingValues, (typeof hostSettings)[number]>;

/** Arguments of `lamplight start` that the settings ask for. */
export function startArguments(
  read: <K extends keyof HostSettings>(key: K) => HostSettings[K],
): readonly string[] {
  const engine = read('lamplight.host.engine');
  const port = read('lamplight.host.port');
  const region = read('lamplight.host.region');
  const accountId = read('lamplight.host.accountId');
  const upstream = read('lamplight.host.upstream');
  const maxEnvironments = read('lamplight.host.maxEnvironments');
  const accountConcurrency = read('lamplight.host.accountConcurrency');
  const freezeAfter = read('lamplight.host.freezeAfter');
  const awsProfile = read('lamplight.host.awsProfile');
  return [
    ...(engine === 'auto' ? [] : ['--engine', engine]),
    ...(port === 0 ? [] : ['--port', String(port)]),
    '--region',
    region,
    '--account',
    accountId,
    ...(upstream === '' ? [] : ['--upstream', upstream]),
    ...Object.entries(read('lamplight.host.serviceEndpoints')).flatMap(([of, url]) => [
      '--service-endpoint',
      `${of}=${url}`,
    ]),
    ...(awsProfile === '' ? [] : ['--aws-profile', awsProfile]),
    ...(read('lamplight.host.enforcePolicies') ? ['--enforce-policies'] : []),
    ...(read('lamplight.host.acceptAnyCredentials') ? ['--accept-any-credentials'] : []),
    ...(maxEnvironments === 0 ? [] : ['--max-environments', String(maxEnvironments)]),
    ...(accountConcurrency === 1_000 ? [] : ['--account-concurrency', String(accountConcurrency)]),
    ...(freezeAfter === 100 ? [] : ['--freeze-after', String(freezeAfter)]),
    ...read('lamplight.host.allowedOrigins').flatMap(origin => ['--allow-origin', origin]),
  ];
}

/** Variables of the host that the settings about containers become (docs/containers.md). What is not set stays as the editor's own environment has it. */
export function startVariables(
  read: <K extends keyof HostSettings>(key: K) => HostSettings[K],
): Readonly<Record<string, string>> {
  const address = read('lamplight.docker.host');
  const images = Object.entries(read('lamplight.docker.images'));
  const network = read('lamplight.docker.network');
  return {
    ...(address === '' ? {} : { LAMPLIGHT_DOCKER_HOST: address }),
    ...(images.length === 0
      ? {}
      : { LAMPLIGHT_DOCKER_IMAGES: images.map(([runtime, image]) => `${runtime}=${image}`).join(',') }),
    ...(network === 'bridge' ? {} : { LAMPLIGHT_DOCKER_NETWORK: network }),
  };
}
