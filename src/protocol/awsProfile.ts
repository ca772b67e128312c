/** A profile of the user's own AWS configuration. */
export interface AwsProfile {
  readonly name: string;
  /** Absolute paths; at least one of the two files has the profile. */
  readonly configFile: string;
  readonly credentialsFile: string;
}
