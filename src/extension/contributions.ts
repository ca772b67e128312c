/**
 * Every id that package.json and the code share. Nothing else spells one: `scripts/contributions.mjs --check` compares
 * this file with the manifest, and the command table in commands/table.ts must hold every id (the compiler sees to it).
 */

export const commands = {
  functionInvoke: 'lamplight.function.invoke',
  functionInvokeWith: 'lamplight.function.invokeWith',
  functionDebug: 'lamplight.function.debug',
  functionAttach: 'lamplight.function.attach',
  functionChooseEvent: 'lamplight.function.chooseEvent',
  functionNewEvent: 'lamplight.function.newEvent',
  functionOpenHandler: 'lamplight.function.openHandler',
  functionOpenDeclaration: 'lamplight.function.openDeclaration',
  functionCopyArn: 'lamplight.function.copyArn',
  functionChooseQualifier: 'lamplight.function.chooseQualifier',
  functionEditConfiguration: 'lamplight.function.editConfiguration',
  functionSwitchRuntime: 'lamplight.function.switchRuntime',
  functionCreate: 'lamplight.function.create',
  functionDelete: 'lamplight.function.delete',
  functionsRefresh: 'lamplight.functions.refresh',
  versionPublish: 'lamplight.version.publish',
  versionShowMore: 'lamplight.version.showMore',
  versionCompare: 'lamplight.version.compare',
  versionCompareWithLatest: 'lamplight.version.compareWithLatest',
  versionDelete: 'lamplight.version.delete',
  versionPointAlias: 'lamplight.version.pointAlias',
  aliasCreate: 'lamplight.alias.create',
  aliasMove: 'lamplight.alias.move',
  aliasWeights: 'lamplight.alias.weights',
  aliasDescribe: 'lamplight.alias.describe',
  aliasDelete: 'lamplight.alias.delete',
  configurationReview: 'lamplight.configuration.review',
  configurationApply: 'lamplight.configuration.apply',
  configurationDiscard: 'lamplight.configuration.discard',
  deletionUndo: 'lamplight.deletion.undo',
  layerPublish: 'lamplight.layer.publish',
  layerImport: 'lamplight.layer.import',
  layerAttach: 'lamplight.layer.attach',
  layerDetach: 'lamplight.layer.detach',
  layerDelete: 'lamplight.layer.delete',
  layerCopyArn: 'lamplight.layer.copyArn',
  layerOpenFile: 'lamplight.layer.openFile',
  layerShowMore: 'lamplight.layer.showMore',
  layerOpenDeclaration: 'lamplight.layer.openDeclaration',
  handlerDebug: 'lamplight.handler.debug',
  handlerInvoke: 'lamplight.handler.invoke',
  eventInvoke: 'lamplight.event.invoke',
  eventDebug: 'lamplight.event.debug',
  invocationOpen: 'lamplight.invocation.open',
  invocationRepeat: 'lamplight.invocation.repeat',
  invocationDebug: 'lamplight.invocation.debug',
  invocationSaveEvent: 'lamplight.invocation.saveEvent',
  invocationEditEvent: 'lamplight.invocation.editEvent',
  invocationCopyAnswer: 'lamplight.invocation.copyAnswer',
  invocationReplay: 'lamplight.invocation.replay',
  functionReplayLast: 'lamplight.function.replayLast',
  historySearch: 'lamplight.history.search',
  sourceOpen: 'lamplight.source.open',
  hostStart: 'lamplight.host.start',
  hostStop: 'lamplight.host.stop',
  hostRestart: 'lamplight.host.restart',
  hostMenu: 'lamplight.host.menu',
  hostCopyEnvironment: 'lamplight.host.copyEnvironment',
  hostCopyEndpoint: 'lamplight.host.copyEndpoint',
  hostDoctor: 'lamplight.host.doctor',
  pendingRetry: 'lamplight.pending.retry',
  pendingDrop: 'lamplight.pending.drop',
  pendingDebug: 'lamplight.pending.debug',
  pendingEdit: 'lamplight.pending.edit',
  pendingResend: 'lamplight.pending.resend',
  clockMenu: 'lamplight.clock.menu',
  clockFreeze: 'lamplight.clock.freeze',
  clockResume: 'lamplight.clock.resume',
  clockSpeed: 'lamplight.clock.speed',
  clockAdvance: 'lamplight.clock.advance',
  clockNext: 'lamplight.clock.next',
  faultInject: 'lamplight.fault.inject',
  faultRemove: 'lamplight.fault.remove',
  faultEnable: 'lamplight.fault.enable',
  faultDisable: 'lamplight.fault.disable',
  faultReset: 'lamplight.fault.reset',
  faultClear: 'lamplight.fault.clear',
  faultMenu: 'lamplight.fault.menu',
  timelineOpen: 'lamplight.timeline.open',
  timelineExportPng: 'lamplight.timeline.exportPng',
  timelineExportJson: 'lamplight.timeline.exportJson',
  logShow: 'lamplight.log.show',
  logShowFunctions: 'lamplight.log.showFunctions',
  logShowHost: 'lamplight.log.showHost',
  terminalOpen: 'lamplight.terminal.open',
  walkthroughOpen: 'lamplight.walkthrough.open',
} as const;

export type CommandId = (typeof commands)[keyof typeof commands];

export const views = {
  functions: 'lamplight.functions',
  layers: 'lamplight.layers',
  aliases: 'lamplight.aliases',
} as const;

/** Context keys that `when` clauses of the manifest read, with the type of their values. */
export interface ContextValues {
  /**
   * The workspace isn't trusted. Not VS Code's `isWorkspaceTrusted`: that is set seconds after a window is there, and until
   * then F5 in a handler would be VS Code's own, and entries of menus and rows of trees would do nothing.
   */
  'lamplight:restricted': boolean;
  /** State of the workspace's host; with several folders, of the one that needs attention most. */
  'lamplight:host': 'stopped' | 'starting' | 'ready' | 'stopping' | 'failed';
  /** The folders have been searched for functions at least once. */
  'lamplight:discovered': boolean;
  /** The active editor's file holds a handler. */
  'lamplight:inHandler': boolean;
  /** The folder of the active editor has launch configurations of its own. */
  'lamplight:hasLaunchJson': boolean;
  /** The active editor is an event of a function. */
  'lamplight:inEvent': boolean;
  /** Something was deleted in this session and can be made again. */
  'lamplight:canUndo': boolean;
}

export const contextKeys = [
  'lamplight:restricted',
  'lamplight:host',
  'lamplight:discovered',
  'lamplight:inHandler',
  'lamplight:hasLaunchJson',
  'lamplight:inEvent',
  'lamplight:canUndo',
] as const satisfies readonly (keyof ContextValues)[];

/** Settings with the type of their values; the defaults stand in package.json. */
export interface SettingValues {
  'lamplight.codeLens.enabled': boolean;
  'lamplight.debug.f5InHandlers': boolean;
  'lamplight.host.engine': 'auto' | 'process' | 'sandbox' | 'docker';
  'lamplight.host.port': number;
  'lamplight.host.region': string;
  'lamplight.host.accountId': string;
  'lamplight.host.upstream': string;
  /** URL by service or ARN. */
  'lamplight.host.serviceEndpoints': Readonly<Record<string, string>>;
  'lamplight.host.awsProfile': string;
  'lamplight.host.enforcePolicies': boolean;
  'lamplight.host.acceptAnyCredentials': boolean;
  'lamplight.host.allowedOrigins': readonly string[];
  'lamplight.host.nodePath': string;
  'lamplight.host.maxEnvironments': number;
  'lamplight.host.accountConcurrency': number;
  'lamplight.host.freezeAfter': number;
  'lamplight.docker.host': string;
  /** Image by runtime identifier. */
  'lamplight.docker.images': Readonly<Record<string, string>>;
  'lamplight.docker.network': 'bridge' | 'host';
}

export const settings = [
  'lamplight.codeLens.enabled',
  'lamplight.debug.f5InHandlers',
  'lamplight.host.engine',
  'lamplight.host.port',
  'lamplight.host.region',
  'lamplight.host.accountId',
  'lamplight.host.upstream',
  'lamplight.host.serviceEndpoints',
  'lamplight.host.awsProfile',
  'lamplight.host.enforcePolicies',
  'lamplight.host.acceptAnyCredentials',
  'lamplight.host.allowedOrigins',
  'lamplight.host.nodePath',
  'lamplight.host.maxEnvironments',
  'lamplight.host.accountConcurrency',
  'lamplight.host.freezeAfter',
  'lamplight.docker.host',
  'lamplight.docker.images',
  'lamplight.docker.network',
] as const satisfies readonly (keyof SettingValues)[];

/** Settings that a workspace must not choose before it is trusted: they say what runs, or where traffic goes. */
export const restrictedSettings = [
  'lamplight.host.engine',
  'lamplight.host.port',
  'lamplight.host.region',
  'lamplight.host.accountId',
  'lamplight.host.upstream',
  'lamplight.host.serviceEndpoints',
  'lamplight.host.awsProfile',
  'lamplight.host.enforcePolicies',
  'lamplight.host.acceptAnyCredentials',
  'lamplight.host.allowedOrigins',
  'lamplight.host.nodePath',
  'lamplight.host.maxEnvironments',
  'lamplight.host.accountConcurrency',
  'lamplight.host.freezeAfter',
  'lamplight.docker.host',
  'lamplight.docker.images',
  'lamplight.docker.network',
] as const satisfies readonly (typeof settings)[number][];

/** The debug type of launch.json and of every root session. */
export const DEBUG_TYPE = 'lamplight';

/** The debug type of the child session of a Python environment: nobody but us starts one, so no list shows it. */
export const PYTHON_DEBUG_TYPE = 'lamplight-python';

/** Language and URI scheme of the read-only document that shows one invocation. */
export const RESULT_LANGUAGE = 'lamplight-result';
export const RESULT_SCHEME = 'lamplight-result';

/** URI schemes of what the host has: configurations as JSON, and the files of versions. */
export const CONFIGURATION_SCHEME = 'lamplight-config';
export const CODE_SCHEME = 'lamplight-code';

/** URI scheme of answers that are compared, of then and of now. */
export const ANSWER_SCHEME = 'lamplight-answer';

/** URI scheme of the files of layer versions. */
export const LAYER_SCHEME = 'lamplight-layer';

/** Type of the web page in the editor area that draws the host's events. */
export const TIMELINE_PANEL = 'lamplight.timeline';

export const TERMINAL_PROFILE = 'lamplight.terminal';
export const WALKTHROUGH = 'lamplight.start';
