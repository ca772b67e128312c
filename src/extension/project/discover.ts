import type { TemplateCache } from '../../workspace/discover.ts';
import type { Discover } from './project.ts';

/** What pseudo parameters of templates stand for: the host's region and account. */
export interface Surroundings {
  readonly region: string;
  readonly accountId: string;
}

/** The workspace room's search; it is loaded when a folder is first read: parsers have no part in activation. */
export function discoverer(surroundings: (folder: string) => Surroundings): Discover {
  /** One a folder: a search forgets what lies outside of its own. */
  const caches = new Map<string, TemplateCache>();
  return async folder => {
    const { discoverWorkspace, templateCache } = await import('../../workspace/discover.ts');
    const cache = caches.get(folder) ?? templateCache();
    caches.set(folder, cache);
    return discoverWorkspace(folder, { ...surroundings(folder), cache });
  };
}
