import type { FunctionSummary } from '../../protocol/model.ts';

/** What changed about a function's build; nothing where it is as it was. */
export type BuildNews = { readonly kind: 'broken'; readonly error: string } | { readonly kind: 'mended' };

/** Compares what the host told of a function with what it told before. */
export function buildNews(before: FunctionSummary | undefined, now: FunctionSummary): BuildNews | undefined {
  if (now.buildError === before?.buildError) return undefined;
  return now.buildError === undefined ? { kind: 'mended' } : { kind: 'broken', error: now.buildError };
}
