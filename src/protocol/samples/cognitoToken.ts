/** Cognito: tokens, custom challenges and the older Cognito Sync. */
import { attributes, guide, service, trigger, userParameters } from './cognitoTrigger.ts';
import type { User } from './cognitoTrigger.ts';
import { uuid } from './identifier.ts';
import type { JsonObject } from './json.ts';
import { choice, jsonObject, region, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';

const docs = `${guide}/user-pool-lambda-pre-token-generation.html`;

const source = choice('Trigger source', [
  'TokenGeneration_Authentication',
  'TokenGeneration_HostedAuth',
  'TokenGeneration_NewPasswordChallenge',
  'TokenGeneration_RefreshTokens',
]);

const groups = text('Groups, separated by commas', 'buyers');

function tokenRequest(user: User, group: string): JsonObject {
  const names = group.split(',').filter(name => name !== '');
  return {
    userAttributes: attributes(user),
    groupConfiguration: { groupsToOverride: names, iamRolesToOverride: [], preferredRole: null },
  };
}

/** The challenges answered so far: the user has proved to know the password. */
const session = [
  { challengeName: 'SRP_A', challengeResult: true, challengeMetadata: null },
  { challengeName: 'PASSWORD_VERIFIER', challengeResult: true, challengeMetadata: null },
];

export const cognitoTokenSamples = [
  defineSample({
    id: 'cognito/pre-token-generation-v1',
    service,
    title: 'Pre token generation V1',
    description: 'Add or suppress claims of the ID token by claimsOverrideDetails.',
    docs,
    parameters: { source, ...userParameters, groups },
    event: values =>
      trigger(
        values,
        values.source,
        { ...tokenRequest(values, values.groups), clientMetadata: null },
        { claimsOverrideDetails: null },
      ),
  }),
  defineSample({
    id: 'cognito/pre-token-generation-v2',
    service,
    title: 'Pre token generation V2',
    description: 'Change claims of ID and access token, and scopes, by claimsAndScopeOverrideDetails.',
    docs,
    parameters: { source, ...userParameters, groups },
    event: values =>
      trigger(
        values,
        values.source,
        { ...tokenRequest(values, values.groups), scopes: ['aws.cognito.signin.user.admin'] },
        { claimsAndScopeOverrideDetails: null },
        '2',
      ),
  }),
  defineSample({
    id: 'cognito/pre-token-generation-v3',
    service,
    title: 'Pre token generation V3, client credentials',
    description: 'As V2, for the tokens of a machine: the user name is the app client.',
    docs,
    parameters: {
      clientId: userParameters.clientId,
      scopes: text('Scopes, separated by spaces', 'orders/read orders/write'),
      clientMetadata: jsonObject('Client metadata', {}),
      region,
    },
    event: values =>
      trigger(
        { ...values, username: values.clientId },
        'TokenGeneration_ClientCredentials',
        {
          userAttributes: {},
          groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
          scopes: values.scopes.split(/\s+/),
          clientMetadata: values.clientMetadata,
        },
        { claimsAndScopeOverrideDetails: null },
        '3',
      ),
  }),
  defineSample({
    id: 'cognito/define-auth-challenge',
    service,
    title: 'Define auth challenge',
    description: 'Decide which challenge comes next, or that tokens are issued.',
    docs: `${guide}/user-pool-lambda-define-auth-challenge.html`,
    parameters: userParameters,
    event: values =>
      trigger(
        values,
        'DefineAuthChallenge_Authentication',
        { userAttributes: attributes(values), session, userNotFound: false },
        { challengeName: null, issueTokens: null, failAuthentication: null },
      ),
  }),
  defineSample({
    id: 'cognito/create-auth-challenge',
    service,
    title: 'Create auth challenge',
    description: 'Make the challenge: its public part for the client, its private part for the check.',
    docs: `${guide}/user-pool-lambda-create-auth-challenge.html`,
    parameters: userParameters,
    event: values =>
      trigger(
        values,
        'CreateAuthChallenge_Authentication',
        {
          userAttributes: attributes(values),
          challengeName: 'CUSTOM_CHALLENGE',
          session,
          userNotFound: false,
        },
        { publicChallengeParameters: null, privateChallengeParameters: null, challengeMetadata: null },
      ),
  }),
  defineSample({
    id: 'cognito/verify-auth-challenge',
    service,
    title: 'Verify auth challenge response',
    description: 'Compare challengeAnswer with the private part, and answer answerCorrect.',
    docs: `${guide}/user-pool-lambda-verify-auth-challenge-response.html`,
    parameters: {
      ...userParameters,
      expected: text('Expected answer', '123456'),
      answer: text('Given answer', '123456'),
    },
    event: values =>
      trigger(
        values,
        'VerifyAuthChallengeResponse_Authentication',
        {
          userAttributes: attributes(values),
          privateChallengeParameters: { answer: values.expected },
          challengeAnswer: values.answer,
          userNotFound: false,
        },
        { answerCorrect: null },
      ),
  }),
  defineSample({
    id: 'cognito/sync-trigger',
    service: 'Amazon Cognito Sync',
    title: 'Sync trigger',
    description: 'A dataset of an identity is being synchronised; answer the event, changed or not.',
    docs: `${guide}/cognito-events.html`,
    parameters: {
      dataset: text('Dataset', 'preferences'),
      key: text('Key', 'theme'),
      oldValue: text('Old value', 'light'),
      newValue: text('New value', 'dark'),
      region,
    },
    event: values => ({
      version: 2,
      eventType: 'SyncTrigger',
      region: values.region,
      identityPoolId: `${values.region}:${uuid('identity pool')}`,
      identityId: `${values.region}:${uuid('identity')}`,
      datasetName: values.dataset,
      datasetRecords: {
        [values.key]: { oldValue: values.oldValue, newValue: values.newValue, op: 'replace' },
      },
    }),
  }),
] as const;
