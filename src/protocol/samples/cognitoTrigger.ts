/**
 * What all Lambda triggers of a Cognito user pool have in common:
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-identity-pools-working-with-aws-lambda-triggers.html
 */
import { uuid } from './identifier.ts';
import type { JsonObject } from './json.ts';
import { region, text } from './parameter.ts';

export const service = 'Amazon Cognito user pool';

export const guide = 'https://docs.aws.amazon.com/cognito/latest/developerguide';

/** Parameters that every trigger has. */
export const userParameters = {
  username: text('User name', 'jane'),
  email: text('Email', 'jane@example.com'),
  clientId: text('App client', '1example23456789'),
  region,
};

/** Who is calling, by which app client. */
export interface Caller {
  readonly username: string;
  readonly clientId: string;
  readonly region: string;
}

export interface User extends Caller {
  readonly email: string;
}

/** The user's attributes, all of them as text. */
export const attributes = (user: User, status = 'CONFIRMED', verified = true): JsonObject => ({
  sub: uuid(`user ${user.username}`),
  email: user.email,
  email_verified: String(verified),
  'cognito:user_status': status,
});

/** A trigger's event; the function fills `response` and answers the event itself. */
export const trigger = (
  caller: Caller,
  triggerSource: string,
  request: JsonObject,
  response: JsonObject,
  version = '1',
): JsonObject => ({
  version,
  triggerSource,
  region: caller.region,
  userPoolId: `${caller.region}_EXAMPLE01`,
  userName: caller.username,
  callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: caller.clientId },
  request,
  response,
});
