/** One bundled sample event as the picker shows it; protocol/samples has the definitions. */
export interface Sample {
  readonly id: string;
  readonly service: string;
  readonly title: string;
  readonly description: string;
  readonly parameters: readonly SampleParameter[];
}

export interface SampleParameter {
  readonly name: string;
  readonly label: string;
  readonly default: string;
  readonly kind: 'text' | 'integer' | 'choice' | 'json' | 'time';
  readonly choices?: readonly string[];
}

export interface SampleCatalogue {
  all(): Promise<readonly Sample[]>;
  /** The event for these values, with defaults for the others. Rejects for an unknown id or a value that doesn't fit. */
  build(id: string, values?: Readonly<Record<string, string>>): Promise<unknown>;
}
