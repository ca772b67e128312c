import type { FunctionSummary } from '../../protocol/model.ts';
import { LATEST } from './latest.ts';

/** The version that a qualifier names: an alias stands for the one that it points at, whatever share goes elsewhere. */
export function versionNamed(live: Pick<FunctionSummary, 'aliases'> | undefined, qualifier = LATEST): string {
  return live?.aliases?.find(alias => alias.name === qualifier)?.version ?? qualifier;
}
