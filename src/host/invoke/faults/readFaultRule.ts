/** A rule as a client gives it, checked and made whole; what is wrong with it is said by name. */
import { randomBytes } from 'node:crypto';
import { AwsError } from '../../../protocol/awsError.ts';
import {
  FAULT_KINDS,
  FAULT_MOMENTS,
  FAULT_SOURCES,
  THROTTLE_REASONS,
  type FaultKind,
  type FaultRule,
  type NewFaultRule,
} from '../../../protocol/faults.ts';

/** Service time in which order can be lost; wall time of an init, which ends it by Lambda's limit from 10 s on. */
const LONGEST_WINDOW_MS = 900_000;
const LONGEST_INIT_MS = 900_000;
const MOST = 1_000_000;

const invalid = (message: string): AwsError => new AwsError('ValidationException', 400, message);

type Members = Readonly<Record<string, unknown>>;

/** The kinds that a member belongs to; the others belong to all. */
const only: Readonly<Record<string, readonly FaultKind[]>> = {
  reason: ['throttle'],
  errorType: ['error', 'init-failure'],
  errorMessage: ['error', 'init-failure'],
  moment: Object.keys(FAULT_MOMENTS) as FaultKind[],
  initMs: ['slow-init'],
  windowMs: ['reorder'],
};

const forAll = [
  'functionName',
  'kind',
  'qualifier',
  'source',
  'probability',
  'every',
  'next',
  'seed',
  'enabled',
];
/** What the host tells of a rule and a client may give back with it. */
const ignored = new Set(['id', 'seen', 'hits', 'lastHit']);

/** Throws a ValidationException. */
export function readFaultRule(value: unknown): Omit<FaultRule, 'id'> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid('A fault rule is a JSON object.');
  const members = value as Members;
  const kind = oneOf(members, 'kind', Object.keys(FAULT_KINDS) as FaultKind[]);
  if (kind === undefined) throw invalid(`kind is missing: one of ${Object.keys(FAULT_KINDS).join(', ')}.`);
  for (const name of Object.keys(members)) {
    if (ignored.has(name) || members[name] === undefined || forAll.includes(name)) continue;
    const kinds = Object.hasOwn(only, name) ? only[name] : undefined;
    if (kinds === undefined) throw invalid(`A fault rule has no ${name}.`);
    if (!kinds.includes(kind)) throw invalid(`${name} belongs to ${kinds.join(' and ')}, not to ${kind}.`);
  }
  const qualifier = text(
    members,
    'qualifier',
    /^(\$LATEST|[a-zA-Z0-9-_]{1,128})$/,
    'a version, an alias or $LATEST',
  );
  return {
    functionName: functionName(members),
    kind,
    ...(qualifier === undefined ? {} : { qualifier }),
    source: oneOf(members, 'source', FAULT_SOURCES) ?? 'any',
    ...frequency(members),
    seed: text(members, 'seed', /^.{1,100}$/s, '1 to 100 characters') ?? randomBytes(4).toString('hex'),
    enabled: flag(members, 'enabled') ?? true,
    ...parameters(members, kind),
  };
}

function functionName(members: Members): string {
  const name = text(
    members,
    'functionName',
    /^(\*|[a-zA-Z0-9-_]{1,64})$/,
    "a function's name without ARN and qualifier, or *",
  );
  if (name === undefined) throw invalid("functionName is missing: a function's name, or *.");
  return name;
}

function frequency(members: Members): Pick<NewFaultRule, 'probability' | 'every' | 'next'> {
  const given = ['probability', 'every', 'next'].filter(name => members[name] !== undefined);
  if (given.length > 1) throw invalid(`${given.join(' and ')} exclude each other: give one of them.`);
  const every = whole(members, 'every', 1, MOST);
  const next = whole(members, 'next', 1, MOST);
  if (every !== undefined) return { every };
  if (next !== undefined) return { next };
  const { probability } = members;
  if (probability === undefined) return { probability: 1 };
  if (typeof probability !== 'number' || !(probability > 0 && probability <= 1))
    throw invalid(`probability is a number above 0 and up to 1, not ${shown(probability)}.`);
  return { probability };
}

function parameters(
  members: Members,
  kind: FaultKind,
): Pick<NewFaultRule, 'reason' | 'errorType' | 'errorMessage' | 'moment' | 'initMs' | 'windowMs'> {
  const error = (): Pick<NewFaultRule, 'errorType' | 'errorMessage'> => ({
    errorType:
      text(members, 'errorType', /^[\w.$:-]{1,128}$/, 'letters, digits and . _ $ : -, 128 at most') ??
      'Error',
    errorMessage:
      text(members, 'errorMessage', /^.{1,1024}$/s, '1 to 1,024 characters') ??
      'Injected by a fault rule of Lamplight',
  });
  const moments = FAULT_MOMENTS[kind];
  const moment = moments === undefined ? {} : { moment: oneOf(members, 'moment', moments) ?? moments[0] };
  switch (kind) {
    case 'throttle':
      return { reason: oneOf(members, 'reason', THROTTLE_REASONS) ?? 'ConcurrentInvocationLimitExceeded' };
    case 'error':
      return { ...error(), ...moment };
    case 'init-failure':
      return error();
    case 'slow-init':
      return {
        initMs:
          members['initMs'] === 'published'
            ? 'published'
            : (whole(members, 'initMs', 1, LONGEST_INIT_MS, ' or "published"') ?? 'published'),
      };
    case 'reorder':
      return { windowMs: whole(members, 'windowMs', 1, LONGEST_WINDOW_MS) ?? 10_000 };
    default:
      return moment;
  }
}

function text(members: Members, name: string, pattern: RegExp, what: string): string | undefined {
  const value = members[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw invalid(`${name} is ${what}, not ${shown(value)}.`);
}

function oneOf<T extends string>(members: Members, name: string, values: readonly T[]): T | undefined {
  const value = members[name];
  if (value === undefined) return undefined;
  const found = values.find(each => each === value);
  if (found === undefined) throw invalid(`${name} is one of ${values.join(', ')}, not ${shown(value)}.`);
  return found;
}

function whole(members: Members, name: string, least: number, most: number, or = ''): number | undefined {
  const value = members[name];
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalid(`${name} is a whole number from ${least} to ${most}${or}, not ${shown(value)}.`);
}

function flag(members: Members, name: string): boolean | undefined {
  const value = members[name];
  if (value === undefined || typeof value === 'boolean') return value;
  throw invalid(`${name} is true or false, not ${shown(value)}.`);
}

const shown = (value: unknown): string => JSON.stringify(value).slice(0, 100);
