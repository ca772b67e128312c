/** Random sequences of operations on versions and aliases, held against the small model of their rules. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TRANSITION_MS } from '../../../src/host/functions/functionState.ts';
import type { FunctionStore } from '../../../src/host/functions/functionStore.ts';
import { AwsError } from '../../../src/protocol/awsError.ts';
import { create, onFunction, openApi, ZIP, type ApiFixture, type ApiRequest } from './apiFixture.ts';
import { Model, type Expected, type RevisionId } from './versionsModel.ts';

const NAME = 'f';
const ALIASES = ['live', 'beta'];

const timeout = fc.integer({ min: 1, max: 900 });
const revisionId = fc.constantFrom<RevisionId>('none', 'none', 'current', 'stale');
const number = fc.integer({ min: 1, max: 5 });
const version = fc.oneof({ weight: 5, arbitrary: number.map(String) }, fc.constant('$LATEST'));
const additional = fc.tuple(number.map(String), fc.constantFrom(0, 0.25, 1));
const alias = fc.constantFrom(...ALIASES);
const operation = fc.oneof(
  fc.record({ op: fc.constant('create' as const), timeout, publish: fc.boolean() }),
  fc.record({ op: fc.constant('remove' as const) }),
  {
    weight: 3,
    arbitrary: fc.record({ op: fc.constant('configure' as const), timeout, revisionId }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ op: fc.constant('code' as const), revisionId, publish: fc.boolean() }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant('publish' as const),
      revisionId,
      rightHash: fc.constantFrom(true, true, true, false),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('deleteVersion' as const), number }) },
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('createAlias' as const),
      alias,
      version,
      additional: fc.option(additional, { nil: undefined }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('updateAlias' as const),
      alias,
      version: fc.option(version, { nil: undefined }),
      additional: fc.oneof(additional, fc.constant(null), fc.constant(undefined)),
      revisionId,
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('deleteAlias' as const), alias }) },
  { weight: 6, arbitrary: fc.record({ op: fc.constant('settle' as const) }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** A function that is there with three versions: most operations do nothing without. */
const PRELUDE: readonly Operation[] = [
  { op: 'create', timeout: 3, publish: true },
  { op: 'settle' },
  ...[4, 5].flatMap((seconds): Operation[] => [
    { op: 'configure', timeout: seconds, revisionId: 'none' },
    { op: 'settle' },
    { op: 'publish', revisionId: 'current', rightHash: true },
  ]),
];

const routing = (of: readonly [string, number] | null | undefined): Record<string, unknown> =>
  of === undefined
    ? {}
    : { RoutingConfig: of === null ? {} : { AdditionalVersionWeights: { [of[0]]: of[1] } } };

/** Revision ids of all that there is, `$LATEST`, versions and aliases. */
function revisions(store: FunctionStore): Map<string, string> {
  const latest = store.get(NAME);
  return new Map([
    ...(latest === undefined ? [] : [['$LATEST', latest.revisionId] as const]),
    ...store.versions.list(NAME, 0, 1_000).map(each => [each.version, each.revisionId] as const),
    ...store.aliases.list(NAME).map(each => [each.name, each.revisionId] as const),
  ]);
}

function requestOf(operation: Operation, known: ReadonlyMap<string, string>): ApiRequest {
  const revision = (kind: RevisionId, of: string): Record<string, unknown> =>
    kind === 'none' ? {} : { RevisionId: kind === 'stale' ? 'stale' : (known.get(of) ?? 'nothing') };
  switch (operation.op) {
    case 'create':
      return create(NAME, { Timeout: operation.timeout, Publish: operation.publish });
    case 'remove':
      return onFunction('DELETE', NAME);
    case 'configure': {
      const body = { Timeout: operation.timeout, ...revision(operation.revisionId, '$LATEST') };
      return onFunction('PUT', NAME, '/configuration', { body });
    }
    case 'code': {
      const code = { ZipFile: ZIP.toString('base64'), Publish: operation.publish };
      return onFunction('PUT', NAME, '/code', {
        body: { ...code, ...revision(operation.revisionId, '$LATEST') },
      });
    }
    case 'publish': {
      const hash = operation.rightHash ? {} : { CodeSha256: 'wrong' };
      return onFunction('POST', NAME, '/versions', {
        body: { ...hash, ...revision(operation.revisionId, '$LATEST') },
      });
    }
    case 'deleteVersion':
      return onFunction('DELETE', NAME, '', { query: { Qualifier: String(operation.number) } });
    case 'createAlias': {
      const body = { Name: operation.alias, FunctionVersion: operation.version };
      return onFunction('POST', NAME, '/aliases', { body: { ...body, ...routing(operation.additional) } });
    }
    case 'updateAlias': {
      const body = operation.version === undefined ? {} : { FunctionVersion: operation.version };
      const more = revision(operation.revisionId, operation.alias);
      return onFunction('PUT', NAME, `/aliases/${operation.alias}`, {
        body: { ...body, ...routing(operation.additional), ...more },
      });
    }
    case 'deleteAlias':
      return onFunction('DELETE', NAME, `/aliases/${operation.alias}`);
    case 'settle':
      throw new Error('It is no request.');
  }
}

function predict(model: Model, operation: Operation): Expected {
  switch (operation.op) {
    case 'create':
      return model.create(operation.timeout, operation.publish);
    case 'remove':
      return model.remove();
    case 'configure':
      return model.update(operation.timeout, operation.revisionId, false);
    case 'code':
      return model.update(undefined, operation.revisionId, operation.publish);
    case 'publish':
      return model.publish(operation.revisionId, operation.rightHash);
    case 'deleteVersion':
      return model.deleteVersion(operation.number);
    case 'createAlias':
      return model.createAlias(operation.alias, operation);
    case 'updateAlias':
      return model.updateAlias(
        operation.alias,
        operation.version,
        operation.additional,
        operation.revisionId,
      );
    case 'deleteAlias':
      return model.deleteAlias(operation.alias);
    case 'settle':
      return model.settle();
  }
}

/** Everything that the model knows, as the store has it. */
function assertSame(store: FunctionStore, model: Model): void {
  const { fn } = model;
  assert.equal(store.get(NAME)?.timeout, fn?.timeout);
  assert.equal(store.versions.current(NAME)?.version, fn?.published?.toString());
  assert.deepEqual(
    store.versions.list(NAME, 0, 1_000).map(each => [each.version, each.timeout, each.state]),
    [...(fn?.versions ?? [])].map(([key, each]) => [
      String(key),
      each.timeout,
      each.pending ? 'Pending' : 'Active',
    ]),
  );
  assert.deepEqual(
    store.aliases.list(NAME).map(each => [each.name, each.version, each.additional]),
    [...(fn?.aliases ?? [])]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => [
        name,
        each.version,
        each.additional && { version: each.additional[0], weight: each.additional[1] },
      ]),
  );
  for (const qualifier of [...ALIASES, '$LATEST', '1', '2', '3', '7'])
    for (const draw of [0, 0.3])
      assert.equal(
        store.resolve(NAME, qualifier, () => draw),
        model.resolve(qualifier, draw),
        qualifier,
      );
}

async function send(api: ApiFixture, request: ApiRequest) {
  try {
    return await api.call(request);
  } catch (error) {
    if (error instanceof AwsError) return { status: error.status, json: {} as Record<string, unknown> };
    throw error;
  }
}

describe('versions and aliases, whatever is done in whatever order', () => {
  it('keep to their rules: answers, numbers, revisions, where invocations go, and after a crash', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(
        fc.array(operation, { minLength: 20, maxLength: 50, size: 'max' }),
        async operations => {
          const api = await openApi();
          try {
            const model = new Model();
            const seen = new Set<string>();
            let before = revisions(api.store);
            for (const each of [...PRELUDE, ...operations]) {
              const expected = predict(model, each);
              if (each.op === 'settle') api.clock.advance(TRANSITION_MS);
              else {
                const answer = await send(api, requestOf(each, before));
                assert.equal(answer.status, expected.status, each.op);
                if (expected.version !== undefined)
                  assert.equal(answer.json['Version'], String(expected.version));
              }
              const after = revisions(api.store);
              for (const [key, id] of after) {
                const isNew = !seen.has(id);
                assert.equal(isNew, expected.revised.includes(key), `revision of ${key} after ${each.op}`);
                if (!isNew) assert.equal(id, before.get(key), `revision of ${key} after ${each.op}`);
              }
              for (const id of after.values()) seen.add(id);
              before = after;
              assertSame(api.store, model);
            }
            model.settle();
            assertSame(api.restart(), model);
          } finally {
            await api.close();
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
