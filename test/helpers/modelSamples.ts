/** Values that the generated shapes let through, found among texts that AWS's own requests could carry. */
import type { OperationName } from '../../src/host/api/operation.ts';
import { javaPattern } from '../../src/host/api/shapes/javaText.ts';
import { OPERATIONS } from '../../src/host/api/shapes/operations.generated.ts';
import type { OperationShape, Shape, StringShape, StructureShape } from '../../src/host/api/shapes/shape.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:';
const UUID = '00000000-0000-4000-8000-000000000000';

const TEXTS = [
  'a',
  'ab',
  'abc',
  '1',
  '000000000000',
  UUID,
  'lambda:GetLayerVersion',
  'lambda:InvokeFunction',
  'o-abcdefghij',
  '/mnt/data',
  'subnet-1',
  'sg-1',
  'kafka.example:9092',
  '$LATEST.PUBLISHED',
  'GET',
  'arn:aws:iam::000000000000:role/r',
  'arn:aws:sqs:us-east-1:000000000000:q',
  'arn:aws:elasticfilesystem:us-east-1:000000000000:access-point/fsap-0123456789abcdef0',
  `${ARN}function:f`,
  `${ARN}layer:l:1`,
  `${ARN}code-signing-config:csc-0123456789abcdef0`,
  `${ARN}capacity-provider:c`,
  `${ARN}runtime/mine-and-nobody-else-s`,
  `${ARN}function:f:$LATEST/durable-execution/a/b`,
  'arn:aws:lambda:us-east-1::runtime:0123456789',
  'us-east-1',
];

/** A text of that length, or of any; undefined where none of ours can be stretched to it. */
export function textOf(shape: StringShape, length?: number): string | undefined {
  const { pattern, values, min = 0, max = Infinity } = shape;
  if (values !== undefined) return values.find(value => length === undefined || value.length === length);
  const matches = (text: string): boolean => pattern === undefined || javaPattern(pattern).test(text);
  if (length === undefined)
    return TEXTS.find(text => matches(text) && text.length >= min && text.length <= max);
  for (const text of ['', ...TEXTS]) {
    if (text.length === length && matches(text)) return text;
    for (let at = text.length - 1; at >= 0 && text.length < length; at--) {
      const more = (text[at] ?? '').repeat(length - text.length);
      const stretched = text.slice(0, at) + more + text.slice(at);
      if (matches(stretched)) return stretched;
    }
  }
  return undefined;
}

/** The least that a shape lets through: required members only, as few items as may be. */
export function sampleOf(shape: Shape): unknown {
  switch (shape.type) {
    case 'string': {
      const text = textOf(shape);
      if (text === undefined)
        throw new Error(`No text in modelSamples.ts satisfies ${JSON.stringify(shape)}.`);
      return text;
    }
    case 'integer':
    case 'long':
    case 'double':
      return shape.min ?? 1;
    case 'boolean':
      return true;
    case 'timestamp':
      return 1_700_000_000;
    case 'blob':
      return Buffer.from('{}');
    case 'list':
      return Array.from({ length: shape.min ?? 0 }, () => shape.oneOf?.accepted[0] ?? sampleOf(shape.member));
    case 'map':
      return (shape.min ?? 0) === 0 ? {} : { [sampleOf(shape.key) as string]: sampleOf(shape.value) };
    case 'structure':
      return sampleMembers(shape);
  }
}

function sampleMembers(shape: StructureShape): Record<string, unknown> {
  const required = Object.entries(shape.members).filter(([, member]) => member.required);
  return Object.fromEntries(
    required.map(([name, { shape: held, in: place }]) => [
      name,
      // An empty list in a query is none.
      place === 'query' && held.type === 'list' ? [sampleOf(held.member)] : sampleOf(held),
    ]),
  );
}

/** With everything in it that a shape has, in its types: bytes and dates are Buffers and Dates. */
export function wholeSampleOf(shape: Shape): unknown {
  switch (shape.type) {
    case 'timestamp':
      return new Date(1_700_000_000_500);
    case 'list':
      return [shape.oneOf?.accepted[0] ?? wholeSampleOf(shape.member)];
    case 'map':
      return { [sampleOf(shape.key) as string]: wholeSampleOf(shape.value) };
    case 'structure':
      return Object.fromEntries(
        Object.entries(shape.members).map(([name, { shape: held }]) => [name, wholeSampleOf(held)]),
      );
    default:
      return sampleOf(shape);
  }
}

/** The least input that the model lets through. */
export function sampleInput(operation: OperationName): Record<string, unknown> {
  const { input }: OperationShape = OPERATIONS[operation];
  return sampleMembers(input);
}
