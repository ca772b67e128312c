import type { AwsProfile } from './awsProfile.ts';

/** A service, or one resource, that is somewhere else: AWS itself, or another local endpoint. */
export interface ServiceEndpoint {
  /** As signatures and ARNs name it, `sqs`; or a whole ARN. */
  readonly of: string;
  /** Without user and password. */
  readonly url: string;
  /** Whose keys sign what is sent there. Without one it gets keys that are good for nothing but naming the account. */
  readonly profile?: AwsProfile;
}

/**
 * Why a host that lets in whoever comes can't have these: its functions, its subscriptions and its reads of S3 go there too,
 * signed with real keys, whoever made them. Undefined where no profile signs anything.
 */
export function refusalOfAnyCredentials(endpoints: readonly ServiceEndpoint[]): string | undefined {
  const signed = endpoints.find(({ profile }) => profile !== undefined);
  if (signed?.profile === undefined) return undefined;
  return `--accept-any-credentials and --service-endpoint ${signed.of} with the profile ${signed.profile.name} can't go together: whoever reaches this host could act with that profile's keys, by a function for one. Start without --accept-any-credentials (setting lamplight.host.acceptAnyCredentials), or point ${signed.of} (lamplight.host.serviceEndpoints) at an endpoint that needs no profile.`;
}
