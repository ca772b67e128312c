/** What a sample event is, and how the catalogue's files declare one. */
import type { JsonValue } from './json.ts';
import type { Parameter } from './parameter.ts';

/** A parameter as a picker or a command line shows it. */
export interface SampleParameter {
  readonly name: string;
  readonly label: string;
  readonly default: string;
  readonly kind: 'text' | 'integer' | 'choice' | 'json' | 'time';
  /** The values that a `choice` takes. */
  readonly choices?: readonly string[];
}

export interface SampleEvent {
  /** `sqs/standard`: stable, since scripts (`--event sample:sqs/standard`) and saved choices name it. */
  readonly id: string;
  /** The service as AWS names it: "Amazon SQS". */
  readonly service: string;
  /** A few words: "Standard queue, one message". */
  readonly title: string;
  /** A sentence: what sends it, and what is worth knowing about it. */
  readonly description: string;
  /** AWS's page that describes the event. */
  readonly docs: string;
  readonly parameters: readonly SampleParameter[];
  /**
   * The event for these values, with defaults for the others: the same values always build the same event.
   * @throws SampleEventError for a value that does not fit, or a parameter that the sample does not have
   */
  build(values?: Readonly<Record<string, string>>): JsonValue;
}

/** A mistake in how a sample event was asked for; the message names it and says what would do. */
export class SampleEventError extends Error {
  override readonly name = 'SampleEventError';
}

type Parameters = Readonly<Record<string, Parameter<unknown>>>;

/** What the parameters' texts were read into. */
type Values<P extends Parameters> = {
  readonly [Name in keyof P]: P[Name] extends Parameter<infer T> ? T : never;
};

export interface SampleDefinition<P extends Parameters> {
  readonly id: string;
  readonly service: string;
  readonly title: string;
  readonly description: string;
  readonly docs: string;
  readonly parameters: P;
  readonly event: (values: Values<P>) => JsonValue;
}

/** Declares one sample event; nothing is built until somebody asks for it. */
export function defineSample<const P extends Parameters>(definition: SampleDefinition<P>): SampleEvent {
  const { event, parameters, ...shown } = definition;
  return {
    ...shown,
    parameters: Object.entries(parameters).map(([name, parameter]) => ({
      name,
      label: parameter.label,
      default: parameter.default,
      kind: parameter.kind,
      ...(parameter.choices && { choices: parameter.choices }),
    })),
    build: values => event(readValues(definition.id, parameters, values ?? {})),
  };
}

function readValues<P extends Parameters>(
  id: string,
  parameters: P,
  given: Readonly<Record<string, string>>,
): Values<P> {
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(parameters, name)) continue;
    const names = Object.keys(parameters);
    const known = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
    throw new SampleEventError(`The sample event "${id}" has no parameter "${name}"; ${known}.`);
  }
  const read = Object.entries(parameters).map(([name, parameter]) => {
    try {
      return [name, parameter.read(given[name] ?? parameter.default)] as const;
    } catch (error) {
      const reason = (error as Error).message;
      throw new SampleEventError(`The parameter "${name}" of the sample event "${id}" ${reason}.`, {
        cause: error,
      });
    }
  });
  return Object.fromEntries(read) as Values<P>;
}
