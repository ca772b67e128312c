import { readFile } from 'node:fs/promises';
import type { DeclaredFunction } from '../../protocol/workspace.ts';
import { messageOf } from '../errors.ts';
import { t } from '../localize.ts';
import type { Project } from '../project/project.ts';
import type { ChosenEvents } from './chosenEvents.ts';
import { EventError } from './eventReference.ts';
import type { EventReference } from './eventReference.ts';
import { eventMistake } from './eventText.ts';
import type { SampleCatalogue } from './sampleCatalogue.ts';
import { eventFolders, savedEvents } from './savedEvents.ts';

/** Unsaved text of an open document of that file, where there is one. */
export type OpenText = (file: string) => string | undefined;

/** Finds the event of an invocation and its text. */
export class Events {
  readonly chosen: ChosenEvents;
  readonly samples: SampleCatalogue;
  readonly #openText: OpenText;

  constructor(chosen: ChosenEvents, samples: SampleCatalogue, openText: OpenText) {
    this.chosen = chosen;
    this.samples = samples;
    this.#openText = openText;
  }

  folders(project: Project, functionName: string): readonly string[] {
    const declared: DeclaredFunction | undefined = project.store.function(functionName)?.declared;
    return eventFolders(project.path, functionName, declared);
  }

  saved(project: Project, functionName: string): Promise<readonly string[]> {
    return savedEvents(this.folders(project, functionName));
  }

  /** The chosen event; else the function's first saved one; else an empty object, which every handler can be given. */
  async current(project: Project, functionName: string): Promise<EventReference> {
    const chosen = this.chosen.get(project, functionName);
    if (chosen !== undefined) return chosen;
    const [first] = await this.saved(project, functionName);
    return first === undefined ? EMPTY : { kind: 'saved', file: first };
  }

  /** JSON text of an event. @throws EventError where there is none, or where it isn't JSON. */
  async text(event: EventReference): Promise<string> {
    switch (event.kind) {
      case 'text':
        return checked(event.text, event.title);
      case 'sample':
        return JSON.stringify(await this.samples.build(event.id, event.values), undefined, 2);
      case 'saved':
        return checked(await this.#read(event.file), event.file, event.file);
    }
  }

  async #read(file: string): Promise<string> {
    const open = this.#openText(file);
    if (open !== undefined) return open;
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      throw new EventError(
        t('The event {0} can’t be read: {1}. Choose another one.', file, messageOf(error)),
      );
    }
  }
}

/** What a function without any saved or chosen event is given. */
export const EMPTY: EventReference = { kind: 'text', title: '{}', text: '{}' };

function checked(text: string, name: string, file?: string): string {
  const mistake = eventMistake(text);
  if (mistake === undefined) return text.trim() === '' ? '{}' : text;
  throw new EventError(
    t('The event {0} isn’t valid JSON: {1}.', name, mistake.message),
    file === undefined ? undefined : { file, offset: mistake.offset },
  );
}
