/** What the Telemetry API and the Logs API answer to an extension that breaks their rules (spec/execution-environment.md §3.1). */
import type { ProtocolError } from '../runtimeApi/protocolErrors.ts';
import type { TelemetryApiName } from './subscription.ts';

const titles = { telemetry: 'Telemetry API', logs: 'Logs API' } as const;

export const invalidSubscription = (api: TelemetryApiName, errorMessage: string): ProtocolError => ({
  status: 400,
  errorType: api === 'telemetry' ? 'ValidationError' : 'Logs.ValidationError',
  errorMessage,
});

/** An extension may have only one of the two. */
export const anotherApi = (api: TelemetryApiName): ProtocolError => {
  const other = api === 'telemetry' ? 'logs' : 'telemetry';
  return invalidSubscription(api, `the extension is subscribed to the ${titles[other]} already`);
};

export const closedSubscription = (api: TelemetryApiName): ProtocolError => ({
  status: 403,
  errorType: api === 'telemetry' ? 'Telemetry.SubscriptionClosed' : 'Logs.SubscriptionClosed',
  errorMessage: `${titles[api]} subscription is closed`,
});
