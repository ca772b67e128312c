/** Tags of functions, event source mappings and code signing configurations (spec/lambda-service.md §10.2; rows 202–206, 257–277). */
import { functionArn } from '../functions/arn.ts';
import type { LambdaServiceOptions } from './call.ts';
import { findCodeSigningConfig } from './codeSigningConfigs.ts';
import { functionNotFound, invalidParameter, resourceNotFound, validationFailed } from './errors.ts';
import { resolveFunction } from './functionName.ts';
import { checkNotUpdating, checkTags } from './functionRules.ts';
import type { OperationHandler, OperationHandlers } from './operation.ts';

type Tags = Readonly<Record<string, string>>;

/** Something that has tags. */
interface Tagged {
  readonly tags: Tags;
  /** Throws where it can't be changed now. */
  store(tags: Tags): void;
}

/** Throws ResourceNotFoundException in each kind's own words. */
function find(arn: string, host: LambdaServiceOptions): Tagged {
  const kind = /^arn:[^:]+:lambda:[^:]+:\d{12}:([a-z-]+):/.exec(arn)?.[1];
  switch (kind) {
    case 'function':
      return ofFunction(arn, host);
    case 'event-source-mapping':
      return ofMapping(arn, host) ?? notFound('Event source mapping', arn);
    case 'code-signing-config':
      return ofCodeSigningConfig(arn, host) ?? notFound('Code signing config', arn);
    default:
      return notFound('Capacity provider', arn);
  }
}

function notFound(kind: string, arn: string): never {
  throw resourceNotFound(`${kind} not found: ${arn}`);
}

function ofFunction(arn: string, host: LambdaServiceOptions): Tagged {
  const { name, qualifier } = resolveFunction(arn, undefined, host);
  if (qualifier !== undefined)
    throw invalidParameter(
      'Tags on function aliases and versions are not supported. Please specify a function ARN.',
    );
  const record = host.functions.get(name);
  if (record === undefined) throw functionNotFound(functionArn(host, name));
  return {
    tags: record.tags,
    store: tags => {
      checkNotUpdating(record, host);
      // Recorded: both change with every call, even one that changes no tag.
      host.functions.revise(name, { tags, lastModified: host.clock.serviceNow() });
    },
  };
}

function ofMapping(arn: string, host: LambdaServiceOptions): Tagged | undefined {
  const mapping = host.eventSourceMappings.get(arn.slice(arn.lastIndexOf(':') + 1));
  if (mapping === undefined || host.eventSourceMappings.arn(mapping.uuid) !== arn) return undefined;
  return { tags: mapping.tags, store: tags => host.eventSourceMappings.tag(mapping.uuid, tags) };
}

function ofCodeSigningConfig(arn: string, host: LambdaServiceOptions): Tagged | undefined {
  const config = findCodeSigningConfig(arn, host);
  if (config === undefined) return undefined;
  return {
    tags: config.tags,
    store: tags => host.codeSigningConfigs.put(config.id, { ...config, tags }),
  };
}

const listTags: OperationHandler<'ListTags'> = (input, { host }) => ({
  Tags: find(input.Resource, host).tags,
});

const tagResource: OperationHandler<'TagResource'> = (input, { host }) => {
  const tagged = find(input.Resource, host);
  if (Object.keys(input.Tags).length === 0)
    throw invalidParameter('An error occurred and the request cannot be processed.');
  const tags = { ...tagged.tags, ...input.Tags };
  checkTags(tags);
  tagged.store(tags);
};

const untagResource: OperationHandler<'UntagResource'> = (input, { host }) => {
  // An empty list is no parameter on the wire: row 277.
  if (input.TagKeys.length === 0)
    throw validationFailed(["Value null at 'tagKeys' failed to satisfy constraint: Member must not be null"]);
  const tagged = find(input.Resource, host);
  const gone = new Set(input.TagKeys);
  tagged.store(Object.fromEntries(Object.entries(tagged.tags).filter(([key]) => !gone.has(key))));
};

export const tagOperations: OperationHandlers = {
  ListTags: listTags,
  TagResource: tagResource,
  UntagResource: untagResource,
};
