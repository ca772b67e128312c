/** Every member of every operation's input, at, below and above its limits: what is let through, and in which words it is not. */
import assert from 'node:assert/strict';
import type { OperationName } from '../../../src/host/api/operation.ts';
import { OPERATIONS } from '../../../src/host/api/shapes/operations.generated.ts';
import { readValue } from '../../../src/host/api/shapes/readValue.ts';
import type {
  ListShape,
  MapShape,
  NumberShape,
  OperationShape,
  Shape,
  StringShape,
  StructureShape,
} from '../../../src/host/api/shapes/shape.ts';
import { validate } from '../../../src/host/api/shapes/validate.ts';
import { AwsError } from '../../../src/protocol/awsError.ts';
import { sampleOf, textOf } from '../../helpers/modelSamples.ts';

/** Somewhere in an operation's input. */
interface Place {
  readonly operation: OperationName;
  readonly input: StructureShape;
  /** `vpcConfig.subnetIds` */
  readonly at: string;
  readonly shape: Shape;
  readonly isRequired: boolean;
  /** An input that is right but for this member, which is `value`, or absent. */
  put(value: unknown): unknown;
}

function placesOf(operation: OperationName): Place[] {
  const { input }: OperationShape = OPERATIONS[operation];
  const places: Place[] = [];
  const add = (shape: StructureShape, at: string, wrap: (value: unknown) => unknown): void => {
    const sample = sampleOf(shape) as Record<string, unknown>;
    for (const [name, member] of Object.entries(shape.members)) {
      const place = `${at}${name.charAt(0).toLowerCase()}${name.slice(1)}`;
      const put = (value: unknown): unknown =>
        wrap(
          Object.fromEntries(Object.entries({ ...sample, [name]: value }).filter(([, v]) => v !== undefined)),
        );
      places.push({ operation, input, at: place, shape: member.shape, isRequired: member.required, put });
      if (member.shape.type === 'structure') add(member.shape, `${place}.`, put);
      else if (member.shape.type === 'list' && member.shape.member.type === 'structure')
        add(member.shape.member, `${place}.1.member.`, value => put([value]));
    }
  };
  add(input, '', value => value);
  return places;
}

const PLACES = (Object.keys(OPERATIONS) as OperationName[]).flatMap(placesOf);

/** The violations' texts; none where it is let through. */
function violations(place: Place, value: unknown): string {
  try {
    validate(place.input, readValue(place.input, place.put(value)));
    return '';
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ValidationException') return error.message;
    throw error;
  }
}

function report(place: Place, shown: string, constraints: readonly string[]): string {
  const rows = constraints.map(
    constraint => `Value${shown} at '${place.at}' failed to satisfy constraint: ${constraint}`,
  );
  if (rows.length === 0) return '';
  return `${rows.length} validation error${rows.length === 1 ? '' : 's'} detected: ${rows.join('; ')}`;
}

const above = (max: number | undefined, size: number, what: string): string[] =>
  max !== undefined && size > max ? [`Member must have ${what} less than or equal to ${max}`] : [];
const below = (min: number | undefined, size: number, what: string): string[] =>
  min !== undefined && size < min ? [`Member must have ${what} greater than or equal to ${min}`] : [];

const matches = (pattern: string, text: string): boolean =>
  new RegExp(`^(?:${pattern})$`, pattern.includes('\\p{') ? 'u' : '').test(text);

const brokenText = (shape: StringShape, text: string): string[] => [
  ...above(shape.max, text.length, 'length'),
  ...below(shape.min, text.length, 'length'),
  ...(shape.pattern === undefined || matches(shape.pattern, text)
    ? []
    : [`Member must satisfy regular expression pattern: ${shape.pattern}`]),
  ...(shape.values === undefined || shape.values.includes(text)
    ? []
    : [`Member must satisfy enum value set: [${shape.values.join(', ')}]`]),
];

const around = (limits: readonly (number | undefined)[]): number[] =>
  limits.filter(limit => limit !== undefined).flatMap(limit => [limit - 1, limit, limit + 1]);

const of = (type: Shape['type']): Place[] => PLACES.filter(({ shape }) => shape.type === type);
const shownAs = (shape: { readonly sensitive?: boolean }, text: string): string =>
  shape.sensitive === true ? '' : ` '${text}'`;

describe('the model’s limits', () => {
  it('let the least input of every operation through', () => {
    for (const name of Object.keys(OPERATIONS) as OperationName[]) {
      const { input }: OperationShape = OPERATIONS[name];
      validate(input, readValue(input, sampleOf(input)));
    }
  });

  it('want what is required', () => {
    const required = PLACES.filter(({ isRequired }) => isRequired);
    assert.ok(required.length > 100);
    for (const place of required)
      assert.equal(
        violations(place, undefined),
        report(place, ' null', ['Member must not be null']),
        place.at,
      );
  });

  it('hold texts against lengths, patterns and enums', () => {
    let atLimit = 0;
    for (const place of of('string')) {
      const shape = place.shape as StringShape;
      const lengths = around([shape.min, shape.max]).filter(length => length >= 0 && length < 30_000);
      const stretched = lengths.map(length => textOf(shape, length) ?? '*'.repeat(length));
      for (const text of [
        ...stretched,
        ...(shape.values ?? []),
        '',
        '\0',
        'no such value',
        'ü',
        '🦊',
        'a%2Fb',
      ]) {
        const broken = brokenText(shape, text);
        if (broken.length === 0 && text.length === shape.max) atLimit++;
        assert.equal(
          violations(place, text),
          report(place, shownAs(shape, text), broken),
          `${place.operation} ${place.at}`,
        );
      }
    }
    assert.ok(atLimit > 100, `only ${atLimit} texts are as long as may be`);
  });

  it('hold numbers against ranges', () => {
    for (const type of ['integer', 'long', 'double'] as const)
      for (const place of of(type)) {
        const { min, max } = place.shape as NumberShape;
        for (const value of [...around([min, max]), 0]) {
          const java = (number: number): string =>
            type === 'double' && Number.isInteger(number) ? `${number}.0` : String(number);
          const broken = [...above(max, value, 'value'), ...below(min, value, 'value')].map(constraint =>
            constraint.replace(/-?\d+$/, limit => java(Number(limit))),
          );
          assert.equal(violations(place, value), report(place, ` '${java(value)}'`, broken), place.at);
        }
      }
  });

  it('hold lists against lengths and what their members have to satisfy', () => {
    for (const place of of('list')) {
      const shape = place.shape as ListShape;
      const item = shape.oneOf?.accepted[0] ?? sampleOf(shape.member);
      for (const length of around([shape.min, shape.max]).filter(size => size >= 0)) {
        const found = violations(
          place,
          Array.from({ length }, () => item),
        );
        const broken = [...above(shape.max, length, 'length'), ...below(shape.min, length, 'length')];
        assert.equal(found.includes(' validation error'), broken.length > 0, place.at);
        for (const constraint of broken)
          assert.ok(found.endsWith(`at '${place.at}' failed to satisfy constraint: ${constraint}`), found);
      }
      if (shape.member.type !== 'string' || shape.oneOf !== undefined) continue;
      const { min, max, pattern, values } = shape.member;
      if (pattern === undefined && values === undefined) continue;
      const all = [
        ...(max === undefined ? [] : [`Member must have length less than or equal to ${max}`]),
        ...(min === undefined ? [] : [`Member must have length greater than or equal to ${min}`]),
        ...(pattern === undefined ? [] : [`Member must satisfy regular expression pattern: ${pattern}`]),
        ...(values === undefined ? [] : [`Member must satisfy enum value set: [${values.join(', ')}]`]),
        ...(shape.sparse === true ? [] : ['Member must not be null']),
      ];
      if (brokenText(shape.member, '\0').length === 0) continue;
      assert.equal(
        violations(place, ['\0']),
        report(place, ` '[\0]'`, [`Member must satisfy constraint: [${all.join(', ')}]`]),
      );
      assert.equal(violations(place, [null]) === '', shape.sparse === true, place.at);
    }
  });

  it('hold maps against lengths, keys and values', () => {
    for (const place of of('map')) {
      const shape = place.shape as MapShape;
      const key = sampleOf(shape.key) as string;
      const shown = (text: string): string => shownAs(shape, text);
      if (shape.key.pattern !== undefined) {
        const found = violations(place, { '\0': sampleOf(shape.value) });
        if (shape.value.type === 'string') {
          const value = sampleOf(shape.value) as string;
          assert.ok(found.includes(`Value${shown(`{\0=${value}}`)} at '${place.at}' `), found);
        }
        assert.ok(found.includes('Map keys must satisfy constraint: ['), found);
        assert.ok(!found.includes('Member must not be null'), found);
      }
      const nothing = violations(place, { [key]: null });
      assert.ok(
        nothing.startsWith(`1 validation error detected: Value${shown(`{${key}=null}`)} at`),
        nothing,
      );
      assert.match(nothing, /Map value must satisfy constraint: \[(.*, )?Member must not be null\]$/s);
      if (shape.max !== undefined && shape.key.values === undefined) {
        const full = Object.fromEntries(
          Array.from({ length: shape.max + 1 }, (_, index) => [`${key}${index}`, sampleOf(shape.value)]),
        );
        assert.ok(violations(place, full).endsWith(above(shape.max, shape.max + 1, 'length')[0] ?? ''));
      }
    }
  });

  it('tell a wrong JSON type from a wrong value', () => {
    const wrong: Partial<Record<Shape['type'], readonly (readonly [unknown, string])[]>> = {
      string: [
        [1, 'NUMBER_VALUE can not be converted to a String'],
        [true, 'TRUE_VALUE can not be converted to a String'],
        [{}, 'Start of structure or map found where not expected.'],
      ],
      integer: [
        ['1', 'STRING_VALUE can not be converted to an Integer'],
        [false, 'FALSE_VALUE can not be converted to an Integer'],
        [[], 'Start of structure or map found where not expected.'],
      ],
      double: [['1', 'STRING_VALUE can not be converted to a Double']],
      boolean: [['true', 'STRING_VALUE can not be converted to a Boolean']],
      structure: [
        ['x', 'Unexpected field type'],
        [[], 'Start of structure or map found where not expected.'],
      ],
      list: [
        ['x', 'Unexpected field type'],
        [{}, 'Start of structure or map found where not expected.'],
      ],
      map: [[1, 'Unexpected field type']],
    };
    for (const [type, rows] of Object.entries(wrong))
      for (const place of of(type as Shape['type']))
        for (const [value, message] of rows)
          assert.throws(
            () => readValue(place.input, place.put(value)),
            (error: unknown) =>
              error instanceof AwsError &&
              error.code === 'SerializationException' &&
              error.message === message,
            `${place.operation} ${place.at}`,
          );
  });
});
