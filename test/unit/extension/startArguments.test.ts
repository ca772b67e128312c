import assert from 'node:assert/strict';
import type { SettingValues } from '../../../src/extension/contributions.ts';
import { startArguments, startVariables } from '../../../src/extension/host/startArguments.ts';
import { readDockerSettings } from '../../../src/host/environments/engines/docker/dockerSettings.ts';

const DEFAULTS: SettingValues = {
  'lamplight.codeLens.enabled': true,
  'lamplight.debug.f5InHandlers': true,
  'lamplight.host.engine': 'auto',
  'lamplight.host.port': 0,
  'lamplight.host.region': 'us-east-1',
  'lamplight.host.accountId': '000000000000',
  'lamplight.host.upstream': '',
  'lamplight.host.serviceEndpoints': {},
  'lamplight.host.awsProfile': '',
  'lamplight.host.enforcePolicies': false,
  'lamplight.host.acceptAnyCredentials': false,
  'lamplight.host.allowedOrigins': [],
  'lamplight.host.nodePath': '',
  'lamplight.host.maxEnvironments': 0,
  'lamplight.host.accountConcurrency': 1000,
  'lamplight.host.freezeAfter': 100,
  'lamplight.docker.host': '',
  'lamplight.docker.images': {},
  'lamplight.docker.network': 'bridge',
};

describe('settings on their way to the host', () => {
  const reader =
    (own: Partial<SettingValues>) =>
    <K extends keyof SettingValues>(key: K): SettingValues[K] =>
      ({ ...DEFAULTS, ...own })[key];

  it('become arguments of lamplight start', () => {
    assert.deepEqual(startArguments(reader({})), ['--region', 'us-east-1', '--account', '000000000000']);
    assert.deepEqual(
      startArguments(
        reader({
          'lamplight.host.engine': 'docker',
          'lamplight.host.port': 4566,
          'lamplight.host.upstream': 'http://127.0.0.1:4567',
          'lamplight.host.serviceEndpoints': {
            sqs: 'http://localhost:9324',
            'arn:aws:sns:us-east-1:000000000000:orders': 'https://dev@sns.us-east-1.amazonaws.com',
          },
          'lamplight.host.awsProfile': 'dev',
          'lamplight.host.enforcePolicies': true,
          'lamplight.host.acceptAnyCredentials': true,
          'lamplight.host.maxEnvironments': 4,
          'lamplight.host.accountConcurrency': 50,
          'lamplight.host.freezeAfter': 0,
          'lamplight.host.allowedOrigins': ['http://localhost:5173', 'http://localhost:3000'],
        }),
      ),
      [
        ...['--engine', 'docker', '--port', '4566', '--region', 'us-east-1', '--account', '000000000000'],
        ...['--upstream', 'http://127.0.0.1:4567', '--service-endpoint', 'sqs=http://localhost:9324'],
        '--service-endpoint',
        'arn:aws:sns:us-east-1:000000000000:orders=https://dev@sns.us-east-1.amazonaws.com',
        ...['--aws-profile', 'dev'],
        ...['--enforce-policies', '--accept-any-credentials'],
        ...['--max-environments', '4', '--account-concurrency', '50', '--freeze-after', '0'],
        ...['--allow-origin', 'http://localhost:5173', '--allow-origin', 'http://localhost:3000'],
      ],
    );
  });

  it('about containers become variables that the host reads as they were meant', () => {
    assert.deepEqual(startVariables(reader({})), {});
    const images = { 'nodejs24.x': 'registry.example/lambda-nodejs:24', 'python3.13': 'mine' };
    const variables = startVariables(
      reader({
        'lamplight.docker.host': 'tcp://127.0.0.1:2375',
        'lamplight.docker.images': images,
        'lamplight.docker.network': 'host',
      }),
    );
    assert.deepEqual(readDockerSettings(variables), {
      address: 'tcp://127.0.0.1:2375',
      images,
      network: 'host',
    });
  });
});
