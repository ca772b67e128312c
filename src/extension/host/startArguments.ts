import type { SettingValues } from '../contributions.ts';

/** The settings that a host is started with. */
export const hostSettings = [
  'lamplight.host.engine',
  'lamplight.host.port',
  'lamplight.host.region',
  'lamplight.host.accountId',
  'lamplight.host.upstream',
  'lamplight.host.nodePath',
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
  return [
    ...(engine === 'auto' ? [] : ['--engine', engine]),
    ...(port === 0 ? [] : ['--port', String(port)]),
    '--region',
    region,
    '--account',
    accountId,
    ...(upstream === '' ? [] : ['--upstream', upstream]),
  ];
}
