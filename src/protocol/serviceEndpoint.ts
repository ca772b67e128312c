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
