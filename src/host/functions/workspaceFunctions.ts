/**
 * The workspace's functions in the host (protocol/deployment.ts). A function belongs to its owner, the template and its
 * logical id: only the owner changes or removes it, and a removed one comes back with its owner within 7 days.
 */
import { createHash } from 'node:crypto';
import type { BuiltCode, DeploymentTarget } from '../../protocol/deployment.ts';
import type { Owner } from '../../protocol/model.ts';
import type { DeclaredFunction } from '../../protocol/workspace.ts';
import type { FunctionRecord } from './functionRecord.ts';
import type { FunctionChange } from './functionState.ts';
import type { FunctionStore } from './functionStore.ts';
import { attach } from './layers/attachedLayers.ts';
import { layerArn, layerVersionArn } from './layers/layerArn.ts';
import { arnOf } from './layers/layerVersion.ts';
import { createWorkspaceLayers } from './layers/workspaceLayers.ts';

export function createWorkspaceFunctions(store: FunctionStore): DeploymentTarget {
  const layers = createWorkspaceLayers(store);
  const sameOwner = (record: FunctionRecord, owner: Owner): boolean =>
    record.owner?.template === owner.template && record.owner.logicalId === owner.logicalId;

  const isWorkspaces = (name: string): boolean => store.get(name)?.owner !== undefined;

  function applyDeclared(record: FunctionRecord, declared: DeclaredFunction, text: string): void {
    if (store.declaredOf(record.name) !== text) {
      const change = { ...NOTHING_DECLARED, ...configurationOf(declared, store) };
      store.update(record.name, 'configuration', change, 'now', text);
    }
    if (record.code.kind === 'none') store.builds.begin(record.name);
  }

  return {
    declare: declared => {
      const text = declaredText(declared, store);
      const existing = store.get(declared.name);
      if (existing !== undefined) {
        if (!sameOwner(existing, declared.owner)) return conflict(existing, declared);
        applyDeclared(existing, declared, text);
        return undefined;
      }
      // Another FunctionName for the same resource is another function, as CloudFormation replaces it.
      for (const record of store.list()) if (sameOwner(record, declared.owner)) store.hide(record.name);
      const restored = store.restore(declared.owner, declared.name);
      if (restored !== undefined) {
        applyDeclared(restored, declared, text);
        return undefined;
      }
      store.builds.begin(declared.name);
      store.create(
        {
          ...configurationOf(declared, store),
          name: declared.name,
          owner: declared.owner,
          extra: {},
          code: { kind: 'none' },
          codeSha256: '',
          codeSize: 0,
        },
        'now',
        text,
      );
      return undefined;
    },
    building: name => {
      // Nobody would ever end the wait for a function that is not there, or that came over the API under its name.
      if (isWorkspaces(name)) store.builds.begin(name);
    },
    deploy: async (name, code) => {
      if (store.get(name) === undefined)
        throw new Error(`${name} has to be declared before its code can be deployed.`);
      try {
        const change = await codeOf(code, store);
        // It may have gone while a zip was unpacked.
        const record = store.get(name);
        if (record === undefined) throw new Error(`${name} was removed while its code was deployed.`);
        const hadError = store.buildError(name) !== undefined;
        store.builds.end(name);
        if (!sameCode(record, change)) store.update(name, 'code', change, 'now');
        else if (hadError) store.touch(name);
      } catch (error) {
        store.builds.end(name, error instanceof Error ? error.message : String(error));
        store.touch(name);
        throw error;
      }
      const record = store.get(name);
      if (record === undefined) throw new Error(`${name} was removed while its code was deployed.`);
      return store.summary(record);
    },
    buildFailed: (name, message) => {
      if (!isWorkspaces(name)) return;
      store.builds.end(name, message);
      store.touch(name);
    },
    declareLayer: declared => layers.declare(declared),
    deployLayer: (owner, files) => layers.deploy(owner, files),
    missingLayers: name => {
      const record = store.get(name);
      return record === undefined ? [] : store.layerFolders(record).missing;
    },
    onLayersChanged: listener => store.layers.onChange(() => listener()),
    remove: owner => {
      layers.remove(owner);
      for (const record of store.list()) if (sameOwner(record, owner)) store.hide(record.name);
    },
    owned: () =>
      store
        .list()
        .flatMap(record => (record.owner === undefined ? [] : [{ name: record.name, owner: record.owner }])),
    ownedLayers: () => layers.owned(),
  };
}

/** What decides whether a function has changed; where it stands in its file does not. */
function declaredText(declared: DeclaredFunction, store: FunctionStore): string {
  const { declaration: _declaration, handlerLocation: _handlerLocation, code, ...rest } = declared;
  const { layerRanges: _layerRanges, ...kept } = rest;
  return JSON.stringify({
    ...kept,
    layers: layersOf(declared, store),
    imageConfig: code.kind === 'image' ? code.imageConfig : undefined,
  });
}

type Configuration = Required<
  Pick<
    FunctionChange,
    | 'description'
    | 'role'
    | 'timeout'
    | 'memorySize'
    | 'ephemeralStorage'
    | 'packageType'
    | 'architecture'
    | 'environment'
    | 'layers'
    | 'logging'
    | 'tracingMode'
    | 'tags'
  >
> &
  Pick<FunctionRecord, 'runtime' | 'handler' | 'imageConfig'>;

/** What a template may leave out: where it does so now, the value of before goes. */
const NOTHING_DECLARED = { runtime: undefined, handler: undefined, imageConfig: undefined };

function configurationOf(declared: DeclaredFunction, store: FunctionStore): Configuration {
  const logging = declared.loggingConfig ?? {};
  const level = (key: string): string | undefined => logging[key];
  const applicationLevel = level('ApplicationLogLevel');
  const systemLevel = level('SystemLogLevel');
  const imageConfig = declared.code.kind === 'image' ? declared.code.imageConfig : undefined;
  return {
    description: declared.description,
    ...(declared.runtime === undefined ? {} : { runtime: declared.runtime }),
    ...(declared.handler === undefined ? {} : { handler: declared.handler }),
    // Templates mostly refer to a role that CloudFormation would make; nothing here assumes it.
    role: declared.role ?? `arn:aws:iam::${store.accountId}:role/${declared.name}`,
    timeout: declared.timeout,
    memorySize: declared.memorySize,
    ephemeralStorage: declared.ephemeralStorage,
    packageType: declared.packageType,
    architecture: declared.architecture,
    environment: declared.environment,
    layers: attach(layersOf(declared, store), store.layers),
    logging: {
      format: level('LogFormat') === 'JSON' ? 'JSON' : 'Text',
      group: level('LogGroup') ?? `/aws/lambda/${declared.name}`,
      ...(applicationLevel === undefined ? {} : { applicationLevel }),
      ...(systemLevel === undefined ? {} : { systemLevel }),
    },
    tracingMode: 'PassThrough',
    tags: declared.tags,
    ...(imageConfig === undefined ? {} : { imageConfig }),
  };
}

/** ARNs of versions: those that the template declares are in the host by now. */
function layersOf({ layers, owner }: DeclaredFunction, store: FunctionStore): string[] {
  return layers.map(layer => {
    if (layer.startsWith('arn:')) return layer;
    const own = store.layers.ofOwner({ template: owner.template, logicalId: layer });
    return own === undefined ? layerVersionArn(layerArn(store, layer), 1) : arnOf(own);
  });
}

type CodeChange = Required<Pick<FunctionChange, 'code' | 'codeSha256' | 'codeSize'>>;

async function codeOf(code: BuiltCode, store: FunctionStore): Promise<CodeChange> {
  switch (code.kind) {
    case 'zip': {
      const { artifact, codeSha256, codeSize } = await store.code.add(code.bytes);
      return { code: { kind: 'zip', artifact }, codeSha256, codeSize };
    }
    case 'folder':
      return {
        code: {
          kind: 'folder',
          root: code.root,
          ...(code.handler === undefined ? {} : { handler: code.handler }),
          ...(code.libraries === undefined ? {} : { libraries: code.libraries }),
        },
        codeSha256: createHash('sha256').update(code.hash).digest('base64'),
        codeSize: code.size,
      };
    case 'image':
      return {
        code: { kind: 'image', imageUri: code.imageUri },
        codeSha256: createHash('sha256').update(code.hash).digest('hex'),
        codeSize: 0,
      };
  }
}

const sameCode = (record: FunctionRecord, change: CodeChange): boolean =>
  record.codeSha256 === change.codeSha256 && JSON.stringify(record.code) === JSON.stringify(change.code);

function conflict(existing: FunctionRecord, declared: DeclaredFunction): string {
  const holder =
    existing.owner === undefined
      ? 'it was created through the Lambda API'
      : `it belongs to ${existing.owner.logicalId} in ${existing.owner.template}`;
  return `A function named "${declared.name}" exists already: ${holder}. It stays as it is. Delete it, or give ${declared.owner.logicalId} another FunctionName.`;
}
