/** What the Extensions API answers to an extension that breaks its rules: all 403 (spec/execution-environment.md §2.2). */
import type { ProtocolError } from '../runtimeApi/protocolErrors.ts';

/** Extensions of one environment, external and internal together. */
export const MOST_EXTENSIONS = 10;

function refused(errorType: string, errorMessage: string): ProtocolError {
  return { status: 403, errorType, errorMessage };
}

export const missingIdentifier = refused(
  'Extension.MissingExtensionIdentifier',
  'Missing Lambda-Extension-Identifier header',
);

export const invalidIdentifier = refused(
  'Extension.InvalidExtensionIdentifier',
  'Invalid Lambda-Extension-Identifier',
);

/** `/init/error` and `/exit/error` say it in other words than `/event/next`. */
export const unknownIdentifier = refused(
  'Extension.UnknownExtensionIdentifier',
  'Unknown Lambda-Extension-Identifier',
);

export const unknownExtension = (id: string): ProtocolError =>
  refused('Extension.UnknownExtensionIdentifier', `Unknown extension ${id}`);

export const emptyName = refused('Extension.InvalidExtensionName', 'Empty extension name');

export const registrationClosed = refused(
  'Extension.RegistrationClosed',
  'Extension registration closed already',
);

export const nameTaken = refused(
  'Extension.InvalidExtensionState',
  'Extension with this name already registered',
);

export const tooManyExtensions = refused(
  'Extension.TooManyExtensions',
  `Extension limit (${MOST_EXTENSIONS}) reached`,
);

export const missingErrorType = refused(
  'Extension.MissingHeader',
  'Lambda-Extension-Function-Error-Type not found',
);

export const invalidEvent = (event: string, internal: boolean): ProtocolError =>
  refused(
    'Extension.InvalidEventType',
    `${event}: ${internal && event === 'SHUTDOWN' ? 'ShutdownEventNotSupportedForInternalExtension' : 'ErrorInvalidEventType'}`,
  );

export const invalidFormat = (why: string): ProtocolError => refused('InvalidRequestFormat', why);

/** `who` is the extension's name at registration, its identifier afterwards. */
export const invalidExtensionState = (from: string, to: string, who: string): ProtocolError =>
  refused(
    'Extension.InvalidExtensionState',
    `State transition from ${from} to ${to} failed for extension ${who}. Error: State transition is not allowed`,
  );
