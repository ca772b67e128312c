/**
 * Resource types of Lambda and SAM that there are none of: CloudFormation refuses them, and a function that is meant is
 * none here.
 */
import type { UnclearResource } from '../../protocol/workspace.ts';
import { functionTypes, layerTypes } from './functions.ts';
import type { LoadedTemplate } from './loadTemplate.ts';
import { isNear } from './nearMiss.ts';
import { child, entriesOf, intrinsicOf } from './templateNode.ts';

/** AWS SAM's and CloudFormation's references, pages of the resource types. */
const KNOWN: readonly string[] = [
  ...[
    'Api',
    'Application',
    'CapacityProvider',
    'Connector',
    'Function',
    'GraphQLApi',
    'HttpApi',
    'LayerVersion',
    'SimpleTable',
    'StateMachine',
    'WebSocketApi',
  ].map(name => `AWS::Serverless::${name}`),
  ...[
    'Alias',
    'CapacityProvider',
    'CodeSigningConfig',
    'EventInvokeConfig',
    'EventSourceMapping',
    'Function',
    'LayerVersion',
    'LayerVersionPermission',
    'Permission',
    'Url',
    'Version',
  ].map(name => `AWS::Lambda::${name}`),
];

/** What is deployed here comes first: it is what a mistake hides. */
const MEANT: readonly string[] = [...new Set([...functionTypes, ...layerTypes, ...KNOWN])];

/**
 * Reports each unknown type of the two namespaces, and any that is nearly a function's or a layer's
 * (`AWS::Lamda::Function`). Gives those resources that may be functions or layers: nobody can say what they are.
 */
export function checkTypes(template: LoadedTemplate): UnclearResource[] {
  return [...misspelt(template), ...typeless(template)];
}

function misspelt(template: LoadedTemplate): UnclearResource[] {
  return [...template.resources.values()].flatMap(resource => {
    const { type } = resource;
    if (KNOWN.includes(type)) return [];
    const ours = /^AWS::(Serverless|Lambda)::/.test(type);
    const meant = MEANT.find(name => isNear(type, name) && (ours || isDeployed(name)));
    if (meant === undefined && !ours) return [];
    const message = `Unknown resource type "${type}". ${
      meant === undefined ? 'Nothing is made of it.' : `Did you mean ${meant}?`
    }`;
    template.report('warning', 'unknown-type', child(resource.node, 'Type') ?? resource.keySpan, message);
    return meant === undefined || isDeployed(meant) ? [unclear(template, resource.logicalId, message)] : [];
  });
}

/** Resources whose `Type` is missing, or written otherwise. */
function typeless(template: LoadedTemplate): UnclearResource[] {
  return entriesOf(child(template.root, 'Resources')).flatMap(({ key, keySpan, value }) => {
    const isResource = value.kind === 'map' && !key.startsWith('Fn::') && intrinsicOf(value) === undefined;
    if (!isResource || child(value, 'Type') !== undefined) return [];
    const meant = entriesOf(value).find(entry => isNear(entry.key, 'Type'));
    const message =
      meant === undefined
        ? `The resource ${key} has no Type.`
        : `The resource ${key} has no Type. Did you mean it by "${meant.key}"?`;
    template.report('error', 'unknown-type', meant?.keySpan ?? keySpan, message);
    return [unclear(template, key, message)];
  });
}

const isDeployed = (type: string): boolean => functionTypes.has(type) || layerTypes.has(type);

function unclear({ file }: LoadedTemplate, logicalId: string, message: string): UnclearResource {
  return { template: file, logicalId, message };
}
