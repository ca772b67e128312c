/** The rules of versions and aliases (spec/lambda-service.md §2.4, §3.1, §3.2) once more, as small as they can be said. */

export interface ModelVersion {
  readonly timeout: number;
  pending: boolean;
}

export interface ModelAlias {
  version: string;
  additional: readonly [version: string, weight: number] | undefined;
}

export interface ModelFunction {
  phase: 'Pending' | 'InProgress' | undefined;
  timeout: number;
  /** The version that $LATEST is. */
  published: number | undefined;
  readonly versions: Map<number, ModelVersion>;
  readonly aliases: Map<string, ModelAlias>;
}

/** What an operation must answer, and whose revision ids must be new after it; nobody else's are. */
export interface Expected {
  readonly status: number;
  readonly revised: readonly string[];
  /** Number of the version that is answered. */
  readonly version?: number;
}

export type RevisionId = 'none' | 'current' | 'stale';

const refused = (status: number): Expected => ({ status, revised: [] });

/** One function name. Revisions are of `$LATEST`, of a version by its number, of an alias by its name. */
export class Model {
  fn: ModelFunction | undefined;
  /** Last number given, whatever has become of the function. */
  #last = 0;

  create(timeout: number, publish: boolean): Expected {
    if (this.fn !== undefined) return refused(409);
    this.fn = {
      phase: 'Pending',
      timeout,
      published: undefined,
      versions: new Map(),
      aliases: new Map(),
    };
    const version = publish ? this.#append(true) : undefined;
    return { status: 201, revised: ['$LATEST', ...revisionOf(version)], ...numbered(version) };
  }

  remove(): Expected {
    if (this.fn === undefined) return refused(404);
    this.fn = undefined;
    return { status: 204, revised: [] };
  }

  update(timeout: number | undefined, revisionId: RevisionId, publish: boolean): Expected {
    const refusal = this.#refusal(revisionId);
    if (refusal !== undefined) return refused(refusal);
    const fn = this.#need();
    fn.timeout = timeout ?? fn.timeout;
    fn.phase = 'InProgress';
    fn.published = undefined;
    const version = publish ? this.#append(true) : undefined;
    return { status: 200, revised: ['$LATEST', ...revisionOf(version)], ...numbered(version) };
  }

  publish(revisionId: RevisionId, rightHash: boolean): Expected {
    if (this.fn === undefined) return refused(404);
    if (revisionId === 'stale') return refused(412);
    if (!rightHash) return refused(400);
    const refusal = this.#refusal('none');
    if (refusal !== undefined) return refused(refusal);
    if (this.fn.published !== undefined) return { status: 201, revised: [], version: this.fn.published };
    const version = this.#append(false);
    return { status: 201, revised: ['$LATEST', String(version)], version };
  }

  deleteVersion(version: number): Expected {
    if (this.fn === undefined) return refused(404);
    const isNamed = [...this.fn.aliases.values()].some(
      alias => alias.version === String(version) || alias.additional?.[0] === String(version),
    );
    if (isNamed) return refused(409);
    if (!this.fn.versions.delete(version)) return { status: 204, revised: [] };
    if (this.fn.published === version) this.fn.published = undefined;
    return { status: 204, revised: version === this.#last ? ['$LATEST'] : [] };
  }

  createAlias(name: string, alias: ModelAlias): Expected {
    if (!this.#isThere(alias.version)) return refused(404);
    const fn = this.#need();
    if (fn.aliases.has(name)) return refused(409);
    const refusal = this.#routing(alias);
    if (refusal !== undefined) return refused(refusal);
    fn.aliases.set(name, alias);
    return { status: 201, revised: [name] };
  }

  /** `additional`: undefined keeps it, null clears it. */
  updateAlias(
    name: string,
    version: string | undefined,
    additional: ModelAlias['additional'] | null,
    revisionId: RevisionId,
  ): Expected {
    const before = this.fn?.aliases.get(name);
    if (before === undefined) return refused(404);
    if (revisionId === 'stale') return refused(412);
    const alias = {
      version: version ?? before.version,
      additional: additional === undefined ? before.additional : (additional ?? undefined),
    };
    if (!this.#isThere(alias.version)) return refused(404);
    const refusal = this.#routing(alias);
    if (refusal !== undefined) return refused(refusal);
    this.#need().aliases.set(name, alias);
    return { status: 200, revised: [name] };
  }

  deleteAlias(name: string): Expected {
    if (this.fn === undefined) return refused(404);
    this.fn.aliases.delete(name);
    return { status: 204, revised: [] };
  }

  /** Whatever was in transition is ready. */
  settle(): Expected {
    const { fn } = this;
    const pending = [...(fn?.versions ?? [])].filter(([, version]) => version.pending);
    const revised = [
      ...(fn?.phase === undefined ? [] : ['$LATEST']),
      ...pending.map(([number]) => String(number)),
    ];
    for (const [, version] of pending) version.pending = false;
    if (fn !== undefined) fn.phase = undefined;
    return { status: 200, revised };
  }

  /** The version that an invocation with this qualifier goes to. */
  resolve(qualifier: string, draw: number): string | undefined {
    const alias = this.fn?.aliases.get(qualifier);
    if (alias === undefined) return this.#isThere(qualifier) ? qualifier : undefined;
    const { version, additional } = alias;
    return additional !== undefined && draw < additional[1] ? additional[0] : version;
  }

  #append(pending: boolean): number {
    const fn = this.#need();
    this.#last += 1;
    fn.versions.set(this.#last, { timeout: fn.timeout, pending });
    fn.published = this.#last;
    return this.#last;
  }

  #refusal(revisionId: RevisionId): number | undefined {
    if (this.fn === undefined) return 404;
    if (revisionId === 'stale') return 412;
    return this.fn.phase === undefined ? undefined : 409;
  }

  #routing({ version, additional }: ModelAlias): number | undefined {
    if (additional === undefined) return undefined;
    if (additional[0] === version || version === '$LATEST') return 400;
    return this.#isThere(additional[0]) ? undefined : 404;
  }

  #isThere(version: string): boolean {
    return this.fn !== undefined && (version === '$LATEST' || this.fn.versions.has(Number(version)));
  }

  #need(): ModelFunction {
    if (this.fn === undefined) throw new Error('The model has no function.');
    return this.fn;
  }
}

const revisionOf = (version: number | undefined): string[] =>
  version === undefined ? [] : [String(version)];
const numbered = (version: number | undefined): { readonly version?: number } =>
  version === undefined ? {} : { version };
