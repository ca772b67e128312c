/**
 * The Security Token Service, as far as it says who calls: the AWS CLI, SAM and CDK ask for that first. Query protocol,
 * answers in XML, or in JSON for clients that accept only that.
 */
import { AwsError } from '../../../protocol/awsError.ts';
import type { Service, ServiceRequest, ServiceResponse } from '../../gateway/service.ts';
import { senderIdOf } from '../senderId.ts';

const VERSION = '2011-06-15';
const NAMESPACE = `https://sts.amazonaws.com/doc/${VERSION}/`;

export function createStsService(): Service {
  return {
    scope: 'sts',
    maxBodyBytes: 64 * 1024,
    handle: request => Promise.resolve().then(() => answer(request)),
    tooLarge: () => new AwsError('RequestEntityTooLarge', 413, 'Request must be smaller than 65536 bytes'),
  };
}

function answer(request: ServiceRequest): ServiceResponse {
  const action =
    request.query.get('Action') ?? new URLSearchParams(request.body.toString('utf8')).get('Action');
  if (action === null)
    throw new AwsError('MissingAction', 400, 'The request must contain the parameter Action.');
  if (action !== 'GetCallerIdentity')
    throw new AwsError(
      'UnsupportedOperation',
      501,
      `The operation ${action} of sts is not supported by Lamplight.`,
    );
  return callerIdentity(request);
}

function callerIdentity(request: ServiceRequest): ServiceResponse {
  const { caller, requestId } = request;
  const identity = { Account: caller.accountId, Arn: caller.arn, UserId: senderIdOf(caller) };
  if (request.headers.accept === 'application/json')
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        GetCallerIdentityResponse: {
          GetCallerIdentityResult: identity,
          ResponseMetadata: { RequestId: requestId },
        },
      }),
    };
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<GetCallerIdentityResponse xmlns="${NAMESPACE}">
  <GetCallerIdentityResult>
    <Arn>${identity.Arn}</Arn>
    <UserId>${identity.UserId}</UserId>
    <Account>${identity.Account}</Account>
  </GetCallerIdentityResult>
  <ResponseMetadata>
    <RequestId>${requestId}</RequestId>
  </ResponseMetadata>
</GetCallerIdentityResponse>
`,
  };
}
