// Where what was recorded from AWS differs from the public model, the recording wins. One row, one difference, with its
// source: a row of spec/error-messages.md, a section of spec/lambda-service.md.
import { CREATABLE, NEWER } from '../../src/host/api/runtimeNames.ts';

const LAYER_VERSION = String.raw`(arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+)`;
const TAGGABLE = String.raw`arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:(function:[a-zA-Z0-9-_]+(:(\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|capacity-provider:[a-zA-Z0-9-_]+)`;

/**
 * Changes of a shape, by its name in the model.
 * `sparse`: null members are let through, and messages about members don't demand that they are there.
 * `printed`, `accepted`: the whole list is checked against a set of its own, with a text of its own.
 * @typedef {Partial<import('./botocore.mjs').ModelShape> & {sparse?: boolean, printed?: readonly string[], accepted?: readonly string[]}} ShapeChange
 * @type {readonly {shape: string, change: ShapeChange, source: string}[]}
 */
export const SHAPES = [
  { shape: 'LayerVersionArn', change: { pattern: LAYER_VERSION }, source: 'rows 167, 300' },
  { shape: 'TaggableResource', change: { pattern: TAGGABLE }, source: 'rows 269–272' },
  {
    shape: 'EventSourcePosition',
    change: { enum: ['LATEST', 'AT_TIMESTAMP', 'TRIM_HORIZON'] },
    source: 'row 51',
  },
  { shape: 'InvokeMode', change: { enum: ['RESPONSE_STREAM', 'BUFFERED'] }, source: 'row 92' },
  { shape: 'RecursiveLoop', change: { enum: ['Terminate', 'Allow'] }, source: 'row 235' },
  { shape: 'SubnetIds', change: { sparse: true }, source: 'row 82' },
  { shape: 'SecurityGroupIds', change: { sparse: true }, source: 'row 85' },
  {
    shape: 'CompatibleRuntimes',
    change: { printed: CREATABLE, accepted: [...CREATABLE, ...NEWER] },
    source: 'rows 207, 208',
  },
  {
    shape: 'EphemeralStorageSize',
    change: { max: 10_240 },
    source: '§2.2; the model’s is that of managed instances',
  },
];

/**
 * Members that are checked otherwise than their shape says.
 * @type {readonly {structure: string, member: string, shape: string, source: string}[]}
 */
export const MEMBERS = [
  // Which runtimes there are is a rule of the service, with a text of its own (functionRules.ts).
  { structure: 'CreateFunctionRequest', member: 'Runtime', shape: 'String', source: 'rows 60–67, 72, 75' },
  {
    structure: 'UpdateFunctionConfigurationRequest',
    member: 'Runtime',
    shape: 'String',
    source: 'rows 295, 296',
  },
  // Whatever it says, the function runs and its answer is awaited.
  {
    structure: 'InvokeWithResponseStreamRequest',
    member: 'InvocationType',
    shape: 'String',
    source: 'spec/lambda-service.md §5.5',
  },
];

/**
 * Violations are reported in the order of the model's members, but what travels in the query or a header comes before
 * what travels in the path (rows 333, 334), and these members come first.
 * @type {readonly {structure: string, first: string, source: string}[]}
 */
export const FIRST = [
  { structure: 'PublishLayerVersionRequest', first: 'CompatibleRuntimes', source: 'rows 207, 208' },
];

/** @type {readonly {operation: string, status: number, source: string}[]} */
export const STATUSES = [
  { operation: 'DeleteFunction', status: 204, source: '§1.2: 204 without a body on the wire' },
];
