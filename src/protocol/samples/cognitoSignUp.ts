/** Cognito user pools: sign-up, sign-in, migration and messages. */
import { attributes, guide, service, trigger, userParameters } from './cognitoTrigger.ts';
import { base64 } from './encoding.ts';
import { choice, jsonObject, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';

const clientMetadata = jsonObject('Client metadata', { campaign: 'winter' });

export const cognitoSignUpSamples = [
  defineSample({
    id: 'cognito/pre-sign-up',
    service,
    title: 'Pre sign-up',
    description: 'Confirm or verify the user at once by the response, or throw to refuse the sign-up.',
    docs: `${guide}/user-pool-lambda-pre-sign-up.html`,
    parameters: {
      source: choice('Trigger source', [
        'PreSignUp_SignUp',
        'PreSignUp_AdminCreateUser',
        'PreSignUp_ExternalProvider',
      ]),
      ...userParameters,
      clientMetadata,
    },
    event: values =>
      trigger(
        values,
        values.source,
        {
          userAttributes: { email: values.email },
          validationData: null,
          clientMetadata: values.clientMetadata,
        },
        { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
      ),
  }),
  defineSample({
    id: 'cognito/post-confirmation',
    service,
    title: 'Post confirmation',
    description: 'The user has confirmed the account, or a new password after forgetting the old one.',
    docs: `${guide}/user-pool-lambda-post-confirmation.html`,
    parameters: {
      source: choice('Trigger source', [
        'PostConfirmation_ConfirmSignUp',
        'PostConfirmation_ConfirmForgotPassword',
      ]),
      ...userParameters,
    },
    event: values => trigger(values, values.source, { userAttributes: attributes(values) }, {}),
  }),
  defineSample({
    id: 'cognito/pre-authentication',
    service,
    title: 'Pre authentication',
    description: 'Throw to refuse the sign-in.',
    docs: `${guide}/user-pool-lambda-pre-authentication.html`,
    parameters: { ...userParameters, validationData: jsonObject('Validation data', { device: 'phone' }) },
    event: values =>
      trigger(
        values,
        'PreAuthentication_Authentication',
        {
          userAttributes: attributes(values),
          validationData: values.validationData,
          userNotFound: false,
        },
        {},
      ),
  }),
  defineSample({
    id: 'cognito/post-authentication',
    service,
    title: 'Post authentication',
    description: 'The user has signed in.',
    docs: `${guide}/user-pool-lambda-post-authentication.html`,
    parameters: { ...userParameters, clientMetadata },
    event: values =>
      trigger(
        values,
        'PostAuthentication_Authentication',
        {
          userAttributes: attributes(values),
          newDeviceUsed: false,
          clientMetadata: values.clientMetadata,
        },
        {},
      ),
  }),
  defineSample({
    id: 'cognito/user-migration',
    service,
    title: 'User migration',
    description: 'Look the user up in another directory, and answer the attributes to create it here.',
    docs: `${guide}/user-pool-lambda-migrate-user.html`,
    parameters: {
      source: choice('Trigger source', ['UserMigration_Authentication', 'UserMigration_ForgotPassword']),
      username: userParameters.username,
      clientId: userParameters.clientId,
      region: userParameters.region,
      password: text('Password', 'correct horse battery staple'),
    },
    event: values =>
      trigger(
        values,
        values.source,
        {
          ...(values.source === 'UserMigration_Authentication' && { password: values.password }),
          validationData: null,
          clientMetadata: null,
        },
        {
          userAttributes: null,
          forceAliasCreation: null,
          finalUserStatus: null,
          messageAction: null,
          desiredDeliveryMediums: null,
        },
      ),
  }),
  defineSample({
    id: 'cognito/custom-message',
    service,
    title: 'Custom message',
    description: 'Answer the text of a message; it must hold codeParameter, the place of the code.',
    docs: `${guide}/user-pool-lambda-custom-message.html`,
    parameters: {
      source: choice('Trigger source', [
        'CustomMessage_SignUp',
        'CustomMessage_AdminCreateUser',
        'CustomMessage_ResendCode',
        'CustomMessage_ForgotPassword',
        'CustomMessage_UpdateUserAttribute',
        'CustomMessage_VerifyUserAttribute',
        'CustomMessage_Authentication',
      ]),
      ...userParameters,
    },
    event: values =>
      trigger(
        values,
        values.source,
        {
          userAttributes: attributes(values, 'UNCONFIRMED', false),
          codeParameter: '{####}',
          linkParameter: '{##Click Here##}',
          usernameParameter: values.source === 'CustomMessage_AdminCreateUser' ? values.username : null,
        },
        { smsMessage: null, emailMessage: null, emailSubject: null },
      ),
  }),
  defineSample({
    id: 'cognito/custom-email-sender',
    service,
    title: 'Custom email sender',
    description: 'Send the message yourself; in AWS the code is encrypted with the KMS key of the pool.',
    docs: `${guide}/user-pool-lambda-custom-email-sender.html`,
    parameters: {
      source: choice('Trigger source', [
        'CustomEmailSender_SignUp',
        'CustomEmailSender_ResendCode',
        'CustomEmailSender_ForgotPassword',
        'CustomEmailSender_AdminCreateUser',
      ]),
      ...userParameters,
      code: text('Encrypted code, before base64', 'encrypted 123456'),
    },
    event: values =>
      trigger(
        values,
        values.source,
        {
          type: 'customEmailSenderRequestV1',
          code: base64(values.code),
          clientMetadata: null,
          userAttributes: attributes(values, 'UNCONFIRMED', false),
        },
        {},
      ),
  }),
  defineSample({
    id: 'cognito/custom-sms-sender',
    service,
    title: 'Custom SMS sender',
    description: 'Send the message yourself; in AWS the code is encrypted with the KMS key of the pool.',
    docs: `${guide}/user-pool-lambda-custom-sms-sender.html`,
    parameters: {
      source: choice('Trigger source', [
        'CustomSMSSender_SignUp',
        'CustomSMSSender_ResendCode',
        'CustomSMSSender_ForgotPassword',
        'CustomSMSSender_Authentication',
      ]),
      ...userParameters,
      phoneNumber: text('Phone number', '+12065550100'),
      code: text('Encrypted code, before base64', 'encrypted 123456'),
    },
    event: values =>
      trigger(
        values,
        values.source,
        {
          type: 'customSMSSenderRequestV1',
          code: base64(values.code),
          clientMetadata: null,
          userAttributes: { ...attributes(values), phone_number: values.phoneNumber },
        },
        {},
      ),
  }),
] as const;
