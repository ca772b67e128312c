/** AWS Secrets Manager, AWS Transfer Family and AWS Client VPN. */
import { arn } from './arn.ts';
import { alphanumeric, hex, uuid } from './identifier.ts';
import { account, choice, region, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';

const transferDocs = 'https://docs.aws.amazon.com/transfer/latest/userguide/custom-lambda-idp.html';

const login = {
  username: text('User name', 'jane'),
  serverId: text('Server', 's-0123456789abcdef0'),
  sourceIp: text('Source address', '203.0.113.10'),
};

export const securitySamples = [
  defineSample({
    id: 'secretsmanager/rotation',
    service: 'AWS Secrets Manager',
    title: 'Rotation',
    description: 'One of the four steps of a rotation; the token names the new version of the secret.',
    docs: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html',
    parameters: {
      step: choice('Step', ['createSecret', 'setSecret', 'testSecret', 'finishSecret']),
      secret: text('Secret', 'orders/database'),
      region,
      account,
    },
    event: values => ({
      Step: values.step,
      SecretId: arn(
        'secretsmanager',
        values.region,
        values.account,
        `secret:${values.secret}-${alphanumeric(`secret ${values.secret}`, 6)}`,
      ),
      ClientRequestToken: uuid(`rotation ${values.secret}`),
    }),
  }),
  defineSample({
    id: 'transfer/authorizer-password',
    service: 'AWS Transfer Family',
    title: 'Identity provider, password',
    description: 'A user signs in with a password: answer Role and home directory, or {} to refuse.',
    docs: transferDocs,
    parameters: {
      ...login,
      password: text('Password', 'correct horse battery staple'),
      protocol: choice('Protocol', ['SFTP', 'FTPS', 'FTP']),
    },
    event: values => ({
      username: values.username,
      password: values.password,
      protocol: values.protocol,
      serverId: values.serverId,
      sourceIp: values.sourceIp,
    }),
  }),
  defineSample({
    id: 'transfer/authorizer-key',
    service: 'AWS Transfer Family',
    title: 'Identity provider, SSH key',
    description: 'A user signs in with a key: there is no password; answer PublicKeys as well.',
    docs: transferDocs,
    parameters: login,
    event: values => ({
      username: values.username,
      protocol: 'SFTP',
      serverId: values.serverId,
      sourceIp: values.sourceIp,
    }),
  }),
  defineSample({
    id: 'client-vpn/connect',
    service: 'AWS Client VPN',
    title: 'Client connect handler',
    description: 'A client connects: answer allow, and an error message for those that are refused.',
    docs: 'https://docs.aws.amazon.com/vpn/latest/clientvpn-admin/connection-authorization.html',
    parameters: {
      username: text('User name', 'jane'),
      platform: choice('Platform', ['linux', 'mac', 'win']),
      publicIp: text('Public address', '203.0.113.10'),
    },
    event: values => ({
      'connection-id': `cvpn-connection-${hex(`connection ${values.username}`, 17)}`,
      'endpoint-id': `cvpn-endpoint-${hex('endpoint', 17)}`,
      'common-name': `${values.username}.example.com`,
      username: values.username,
      platform: values.platform,
      'platform-version': '6.1',
      'public-ip': values.publicIp,
      'client-openvpn-version': '2.6.12',
      'aws-client-version': '5.1.0',
      groups: 'buyers',
      'schema-version': 'v3',
    }),
  }),
] as const;
