/** The control service's calls with their types (protocol/control.ts is the contract). */
import type { ClockAdvanced, ClockStatus } from '../protocol/clock.ts';
import { CONTROL_SERVICE } from '../protocol/control.ts';
import type {
  CodeChanges,
  DebuggerAddress,
  DebugRequest,
  DebugStarted,
  FunctionCode,
  HostStatus,
  LayerImport,
  LayerPublishNew,
} from '../protocol/control.ts';
import type { MetricSeries } from '../protocol/metrics.ts';
import type {
  FunctionSummary,
  InvocationRecord,
  InvocationSummary,
  LayerFolder,
  LayerVersionSummary,
  LogRecord,
} from '../protocol/model.ts';
import { encodeRfc3986 } from '../protocol/sigv4.ts';
import type { HostClient } from './hostClient.ts';

export async function status(client: HostClient, signal?: AbortSignal): Promise<HostStatus> {
  return (await client.control('GET', '/lamplight/status', { signal })) as HostStatus;
}

/** By name, with their aliases and the figures of their versions. */
export async function functionSummaries(client: HostClient): Promise<readonly FunctionSummary[]> {
  const answer = (await client.control('GET', '/lamplight/functions')) as {
    readonly Functions: readonly FunctionSummary[];
  };
  return answer.Functions;
}

/** Deletes a function of the API so that {@link restoreFunction} can bring it back. Rejects for one that a workspace declares. */
export async function deleteFunction(client: HostClient, functionName: string): Promise<FunctionSummary> {
  const path = `/lamplight/functions/${encodeRfc3986(functionName)}/delete`;
  return (await client.control('POST', path)) as FunctionSummary;
}

/** Brings back the function of that name that was deleted last, with its versions, aliases and settings. */
export async function restoreFunction(client: HostClient, functionName: string): Promise<FunctionSummary> {
  const path = `/lamplight/functions/${encodeRfc3986(functionName)}/restore`;
  return (await client.control('POST', path)) as FunctionSummary;
}

/** Where code is on this machine. Rejects with AwsCallError where there is none: no such version, an image, not built. */
export async function functionCode(
  client: HostClient,
  functionName: string,
  qualifier?: string,
): Promise<FunctionCode> {
  const path = `/lamplight/functions/${encodeRfc3986(functionName)}/code`;
  return (await client.control('GET', path, { query: { Qualifier: qualifier } })) as FunctionCode;
}

/** How the files of two versions, aliases or `$LATEST` differ. Rejects as {@link functionCode} does. */
export async function codeChanges(
  client: HostClient,
  functionName: string,
  from: string,
  to: string,
  signal?: AbortSignal,
): Promise<CodeChanges> {
  const path = `/lamplight/functions/${encodeRfc3986(functionName)}/code/changes`;
  return (await client.control('GET', path, { query: { From: from, To: to }, signal })) as CodeChanges;
}

/** Newest first. client/history.ts reads further pages. */
export async function invocations(
  client: HostClient,
  options: {
    readonly functionName?: string;
    readonly maxItems?: number;
  } = {},
): Promise<readonly InvocationSummary[]> {
  const { functionName, maxItems } = options;
  const answer = (await client.control('GET', '/lamplight/invocations', {
    query: { FunctionName: functionName, MaxItems: maxItems },
  })) as { Invocations: readonly InvocationSummary[] };
  return answer.Invocations;
}

/**
 * Event, answer and log of one invocation, of an asynchronous event the last attempt unless one is named. Rejects with
 * AwsCallError (404) where history does not know it.
 */
export async function invocation(
  client: HostClient,
  requestId: string,
  attempt?: number,
): Promise<InvocationRecord> {
  const path = `/lamplight/invocations/${encodeRfc3986(requestId)}`;
  return (await client.control('GET', path, { query: { Attempt: attempt } })) as InvocationRecord;
}

/** Oldest first. */
export async function logs(
  client: HostClient,
  functionName: string,
  maxItems?: number,
): Promise<readonly LogRecord[]> {
  const path = `/lamplight/logs/${encodeRfc3986(functionName)}`;
  const answer = (await client.control('GET', path, { query: { MaxItems: maxItems } })) as {
    Records: readonly LogRecord[];
  };
  return answer.Records;
}

/** From now on environments of the function start under the debugger and wait for it. */
export async function startDebug(client: HostClient, request: DebugRequest): Promise<DebugStarted> {
  return (await client.control('POST', '/lamplight/debug', { body: request })) as DebugStarted;
}

/** Tells that the debugger stopped in an environment, or let it go on. */
export async function setPaused(
  client: HostClient,
  debugId: string,
  environmentId: string,
  paused: boolean,
): Promise<void> {
  const path = `/lamplight/debug/${encodeRfc3986(debugId)}/environments/${encodeRfc3986(environmentId)}`;
  await client.control('PUT', path, { body: { paused } });
}

/** Tells an environment that waits for its debugger where that is. */
export async function connectDebugger(
  client: HostClient,
  debugId: string,
  environmentId: string,
  address: DebuggerAddress,
): Promise<void> {
  const path = `/lamplight/debug/${encodeRfc3986(debugId)}/environments/${encodeRfc3986(environmentId)}/debugger`;
  await client.control('POST', path, { body: address });
}

export async function endDebug(client: HostClient, debugId: string): Promise<void> {
  await client.control('DELETE', `/lamplight/debug/${encodeRfc3986(debugId)}`);
}

/** Resolves when every one of these saved files that changed has been built and deployed, with the functions that were. */
export async function sync(
  client: HostClient,
  files: readonly string[],
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const answer = (await client.control('POST', '/lamplight/sync', { body: { files }, signal })) as {
    Reloaded: readonly string[];
  };
  return answer.Reloaded;
}

/** All layer versions that the host has, by ARN. */
export async function layerVersions(client: HostClient): Promise<readonly LayerVersionSummary[]> {
  const answer = (await client.control('GET', '/lamplight/layers')) as {
    Layers: readonly LayerVersionSummary[];
  };
  return answer.Layers;
}

/** What lies in a folder of a layer version; `path` is relative to the layer, '' for its top. */
export async function layerFolder(client: HostClient, arn: string, path: string): Promise<LayerFolder> {
  const query = { Arn: arn, Path: path };
  return (await client.control('GET', '/lamplight/layers/folder', { query })) as LayerFolder;
}

/** One file of a layer version. Rejects with AwsCallError (413) where it has more than 16 MiB. */
export async function layerFile(client: HostClient, arn: string, path: string): Promise<Buffer> {
  const query = { Arn: arn, Path: path };
  return (await client.send(CONTROL_SERVICE, 'GET', '/lamplight/layers/file', { query })).body;
}

/** Puts a zip or folder of this machine under the ARN of a layer version that is not here. */
export async function importLayer(
  client: HostClient,
  request: LayerImport,
  signal?: AbortSignal,
): Promise<LayerVersionSummary> {
  return (await client.control('POST', '/lamplight/layers/import', {
    body: request,
    signal,
  })) as LayerVersionSummary;
}

/** Publishes a zip or folder of this machine as the next version of a layer; nothing comes of it where it is aborted. */
export async function publishNewLayer(
  client: HostClient,
  request: LayerPublishNew,
  signal?: AbortSignal,
): Promise<LayerVersionSummary> {
  return (await client.control('POST', '/lamplight/layers/publish', {
    body: request,
    signal,
  })) as LayerVersionSummary;
}

/** As DeleteLayerVersion, but {@link restoreLayer} brings it back for 7 days. Rejects for the layer of a template. */
export async function deleteLayer(client: HostClient, arn: string): Promise<LayerVersionSummary> {
  return (await client.control('POST', '/lamplight/layers/delete', { body: { arn } })) as LayerVersionSummary;
}

/** The same version under the same number, with all that it had. */
export async function restoreLayer(client: HostClient, arn: string): Promise<LayerVersionSummary> {
  return (await client.control('POST', '/lamplight/layers/restore', {
    body: { arn },
  })) as LayerVersionSummary;
}

/** Publishes what the layer of a template has now as its next version. */
export async function publishLayer(client: HostClient, arn: string): Promise<LayerVersionSummary> {
  return (await client.control('POST', '/lamplight/layers/publish', {
    body: { arn },
  })) as LayerVersionSummary;
}

/** Metrics of the account, a function or a qualifier; of the last hour by the minute unless asked otherwise. */
export async function metrics(
  client: HostClient,
  query: {
    readonly functionName?: string;
    readonly qualifier?: string;
    readonly metric?: string;
    /** Epoch milliseconds of service time. */
    readonly from?: number;
    /** Seconds. */
    readonly period?: number;
  },
): Promise<readonly MetricSeries[]> {
  const answer = (await client.control('GET', '/lamplight/metrics', {
    query: {
      FunctionName: query.functionName,
      Qualifier: query.qualifier,
      Metric: query.metric,
      From: query.from,
      Period: query.period,
    },
  })) as { readonly Series: readonly MetricSeries[] };
  return answer.Series;
}

/** How service time passes. */
export async function clockStatus(client: HostClient): Promise<ClockStatus> {
  return (await client.control('GET', '/lamplight/clock')) as ClockStatus;
}

/** 1 is the machine's own; service time runs, also where it was frozen. */
export async function setClockSpeed(client: HostClient, speed: number): Promise<ClockStatus> {
  return (await client.control('PUT', '/lamplight/clock/speed', { body: { speed } })) as ClockStatus;
}

export async function freezeClock(client: HostClient): Promise<ClockStatus> {
  return (await client.control('POST', '/lamplight/clock/freeze')) as ClockStatus;
}

export async function resumeClock(client: HostClient): Promise<ClockStatus> {
  return (await client.control('POST', '/lamplight/clock/resume')) as ClockStatus;
}

/** `duration`: `61s`, `5m30s` …; resolves when all that fell due has been done. Aborted, time stops where it has come to. */
export async function advanceClock(
  client: HostClient,
  duration: string,
  signal?: AbortSignal,
): Promise<ClockAdvanced> {
  return (await client.control('POST', '/lamplight/clock/advance', {
    body: { duration },
    signal,
  })) as ClockAdvanced;
}

/** Up to the next thing that waits; resolves when it has been done. */
export async function nextOnClock(client: HostClient, signal?: AbortSignal): Promise<ClockAdvanced> {
  return (await client.control('POST', '/lamplight/clock/next', { signal })) as ClockAdvanced;
}

/** Asks the host to stop in order; it answers before it does. */
export async function stop(client: HostClient): Promise<void> {
  await client.control('POST', '/lamplight/stop');
}
