import type { Owner } from '../../protocol/model.ts';
import type { WorkspaceModel } from '../../protocol/workspace.ts';

interface Declared {
  readonly owner: Owner;
}

/** Why the model can't say what an owner declares; undefined where it can. */
export function templateErrorOf(model: WorkspaceModel | undefined, owner: Owner): string | undefined {
  if (model === undefined) return undefined;
  const { unparsed, unclear = [], problems } = model;
  if (unparsed.includes(owner.template))
    return (
      problems.find(({ file, code }) => file === owner.template && code === 'template-syntax')?.message ?? ''
    );
  return unclear.find(one => isSame(one, owner))?.message;
}

/**
 * What is shown while a template has an error: of what it declared before, that; the host keeps the same. Where things
 * stand is taken from the text as it is now, as far as it could be read.
 * @param before as this gave it the last time; undefined for a folder that is read for the first time
 */
export function keepLastGood(before: WorkspaceModel | undefined, now: WorkspaceModel): WorkspaceModel {
  if (before === undefined) return now;
  const isUnsure = ({ owner }: Declared): boolean => templateErrorOf(now, owner) !== undefined;
  const layers = merged(before.layers, now.layers, isUnsure, (last, { declaration }) => ({
    ...last,
    declaration,
  }));
  const functions = merged(
    before.functions,
    now.functions,
    isUnsure,
    (last, { handler, declaration, handlerLocation }) => ({
      ...last,
      declaration,
      ...(handler === last.handler && handlerLocation !== undefined ? { handlerLocation } : {}),
    }),
  );
  return { ...now, functions, layers };
}

function merged<T extends Declared>(
  before: readonly T[],
  now: readonly T[],
  isUnsure: (declared: T) => boolean,
  keep: (last: T, now: T) => T,
): readonly T[] {
  const missing = before.filter(
    last => isUnsure(last) && !now.some(({ owner }) => isSame(owner, last.owner)),
  );
  return [
    ...now.map(declared => {
      const last = isUnsure(declared) ? before.find(({ owner }) => isSame(owner, declared.owner)) : undefined;
      return last === undefined ? declared : keep(last, declared);
    }),
    ...missing,
  ];
}

const isSame = (a: Owner, b: Owner): boolean => a.template === b.template && a.logicalId === b.logicalId;
