/** Small valid values of the protocol's types, with what a test is about laid over them. */
import type {
  EnvironmentSummary,
  FunctionSummary,
  InvocationRecord,
  InvocationSummary,
} from '../../../src/protocol/model.ts';
import type { DeclaredFunction, WorkspaceModel } from '../../../src/protocol/workspace.ts';

export function declaredFunction(name: string, over: Partial<DeclaredFunction> = {}): DeclaredFunction {
  const file = '/w/template.yaml';
  return {
    owner: { template: file, logicalId: name },
    name,
    runtime: 'nodejs22.x',
    handler: 'src/app.handler',
    packageType: 'Zip',
    architecture: 'x86_64',
    timeout: 3,
    memorySize: 128,
    ephemeralStorage: 512,
    description: '',
    environment: {},
    layers: [],
    tags: {},
    code: { kind: 'folder', root: '/w' },
    declaration: { file, startLine: 4, startColumn: 2, endLine: 9, endColumn: 0 },
    ...over,
  };
}

export function workspaceModel(functions: readonly DeclaredFunction[]): WorkspaceModel {
  return { folder: '/w', templates: [], functions, layers: [], problems: [], unparsed: [] };
}

export function functionSummary(name: string, over: Partial<FunctionSummary> = {}): FunctionSummary {
  return {
    name,
    arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    runtime: 'nodejs22.x',
    handler: 'src/app.handler',
    packageType: 'Zip',
    architecture: 'x86_64',
    memorySize: 128,
    timeout: 3,
    description: '',
    state: 'Active',
    lastModified: '2026-01-01T00:00:00.000+0000',
    codeSize: 4200,
    layers: [],
    environmentKeys: [],
    ...over,
  };
}

export function environmentSummary(
  id: string,
  functionName: string,
  over: Partial<EnvironmentSummary> = {},
): EnvironmentSummary {
  return {
    id,
    functionName,
    version: '$LATEST',
    engine: 'process',
    state: 'idle',
    initType: 'on-demand',
    invocations: 1,
    startedAt: 0,
    ...over,
  };
}

export function invocationSummary(
  requestId: string,
  functionName: string,
  over: Partial<InvocationSummary> = {},
): InvocationSummary {
  return {
    requestId,
    functionName,
    version: '$LATEST',
    type: 'RequestResponse',
    source: 'api',
    status: 'success',
    startedAt: 0,
    attempt: 1,
    ...over,
  };
}

export function invocationRecord(over: Partial<InvocationRecord> = {}): InvocationRecord {
  return {
    ...invocationSummary('8f14e45f-ceea-467f-a8b1-3fbd3a8b2a11', 'create-order', { source: 'editor' }),
    cold: true,
    report: { durationMs: 12.34, billedMs: 154, memorySizeMb: 128, maxMemoryUsedMb: 71, initMs: 141 },
    event: '{"n":21}',
    result: '{"doubled":42}',
    log: 'START RequestId: 8f14 Version: $LATEST\nEND RequestId: 8f14\nREPORT RequestId: 8f14\n',
    ...over,
  };
}
