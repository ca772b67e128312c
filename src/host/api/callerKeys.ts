/** The caller of an API request as policies see it. */
import type { Requester } from '../functions/policy/requestContext.ts';
import type { ApiCall } from './call.ts';

export const requesterOf = ({ request: { caller } }: ApiCall): Requester => ({
  kind: 'aws',
  accountId: caller.accountId,
  arn: caller.arn,
});

const SESSION = /^arn:([^:]+):sts::(\d{12}):assumed-role\/([^/]+)\/(.+)$/;

/**
 * Global condition keys of a request. Source:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html. No account here belongs to an
 * organization, so what asks for one finds nothing.
 */
export function requestKeys({ request, host }: ApiCall): Readonly<Record<string, string | undefined>> {
  const { caller, headers } = request;
  const [, partition = 'aws', account = '', role, session = ''] = SESSION.exec(caller.arn) ?? [];
  const now = host.clock.serviceNow();
  return {
    'aws:PrincipalArn': role === undefined ? caller.arn : `arn:${partition}:iam::${account}:role/${role}`,
    'aws:PrincipalAccount': caller.accountId,
    'aws:PrincipalType': role === undefined ? 'Account' : 'AssumedRole',
    'aws:userid': role === undefined ? caller.accountId : `AROALAMPLIGHTEXECUTION:${session}`,
    'aws:PrincipalIsAWSService': 'false',
    'aws:ViaAWSService': 'false',
    'aws:SecureTransport': 'false',
    'aws:SourceIp': '127.0.0.1',
    'aws:UserAgent': headers['user-agent'],
    'aws:CurrentTime': new Date(now).toISOString(),
    'aws:EpochTime': String(Math.floor(now / 1000)),
  };
}
