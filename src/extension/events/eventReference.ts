import { t } from '../localize.ts';

/** Where the event of an invocation comes from; small and plain, since it is kept over restarts. */
export type EventReference =
  /** A file of the user: `events/<function>/<name>.json`. Absolute path. */
  | { readonly kind: 'saved'; readonly file: string }
  /** One of the bundled catalogue, with the parameters that were changed. */
  | { readonly kind: 'sample'; readonly id: string; readonly values?: Readonly<Record<string, string>> }
  /** An event that was used before, as it was. */
  | { readonly kind: 'text'; readonly title: string; readonly text: string };

/** What a lens or a result calls the event. */
export function eventTitle(event: EventReference): string {
  switch (event.kind) {
    case 'saved':
      return fileTitle(event.file);
    case 'sample':
      return event.id;
    case 'text':
      return event.title;
  }
}

/** `…/events/create-order/two-items.json` → `two-items` */
export function fileTitle(file: string): string {
  return file.replace(/^.*[\\/]/, '').replace(/\.json$/i, '');
}

/** True for a value that an {@link EventReference} was stored as; anything else in the store is forgotten. */
export function isEventReference(value: unknown): value is EventReference {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  switch (value.kind) {
    case 'saved':
      return 'file' in value && typeof value.file === 'string';
    case 'sample':
      return 'id' in value && typeof value.id === 'string';
    case 'text':
      return (
        'title' in value &&
        'text' in value &&
        typeof value.title === 'string' &&
        typeof value.text === 'string'
      );
    default:
      return false;
  }
}

/** The text of a `sample:ID`, a path or an object in launch.json as a reference; see debug/launchConfiguration.ts. */
export function referenceOf(event: string, resolvePath: (path: string) => string): EventReference {
  return event.startsWith('sample:')
    ? { kind: 'sample', id: event.slice('sample:'.length) }
    : { kind: 'saved', file: resolvePath(event) };
}

/** An event that can't be used, with what to do about it. */
export class EventError extends Error {
  override readonly name = 'EventError';
  /** Where in which file the mistake stands, if it stands in one; counts from 0. */
  readonly place: { readonly file: string; readonly offset: number } | undefined;

  constructor(message: string, place?: { readonly file: string; readonly offset: number }) {
    super(message);
    this.place = place;
  }
}

/** Names of events, for a title that a reader knows again. */
export const repeatTitle = (requestId: string): string => t('event of {0}', requestId.slice(0, 8));
