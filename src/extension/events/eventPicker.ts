import * as vscode from 'vscode';
import { t } from '../localize.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import { clock } from '../views/format.ts';
import type { EventDocuments } from './eventDocuments.ts';
import { eventTitle, fileTitle, repeatTitle } from './eventReference.ts';
import type { EventReference } from './eventReference.ts';
import { eventHint } from './eventHint.ts';
import { findsWords, shortService } from './eventSearch.ts';
import type { Events } from './events.ts';
import { fittingSamples } from './fittingSamples.ts';
import type { Sample } from './sampleCatalogue.ts';
import { askParameters } from './sampleParameters.ts';

/** Earlier events that the list offers. */
const EARLIER = 5;

/** More than the characters of any label. */
const LONGER = 120;
/** A character without width, which is no white space: that would be trimmed. */
const UNSEEN = '\u200b';

type Item = vscode.QuickPickItem & {
  readonly choose?: () => Promise<EventReference | undefined>;
  readonly sample?: Sample;
};

/**
 * The items with those shown that the query's words find; undefined where they are the ones shown already. What is found
 * stands under no heading, so its label names the service; and since the editor puts those first whose label begins with
 * the query, `api` finds API Gateway before all that has to do with an API. Of those it puts short ones first: what can't
 * be seen makes a label the longer the later it stands in the list.
 */
function withFound(items: readonly Item[], query: string): Item[] | undefined {
  const now = items.map((item, at) => {
    const { sample } = item;
    if (sample === undefined) return item;
    const { service, id, title, description } = sample;
    const label =
      query.trim() === '' ? title : `${shortService(service)}: ${title}`.padEnd(LONGER + at, UNSEEN);
    return { ...item, label, alwaysShow: findsWords(query, [service, id, title, description]) };
  });
  const isSame = now.every(
    ({ label, alwaysShow = false }, at) =>
      label === items[at]?.label && alwaysShow === (items[at].alwaysShow ?? false),
  );
  return isSame ? undefined : now;
}

function byService(samples: readonly Sample[]): Map<string, readonly Sample[]> {
  const services = new Map<string, readonly Sample[]>();
  for (const sample of samples)
    services.set(sample.service, [...(services.get(sample.service) ?? []), sample]);
  return services;
}

/** The list from which a function's event is chosen: saved, earlier, the catalogue by service, or a new one. */
export class EventPicker {
  readonly #events: Events;
  readonly #documents: EventDocuments;

  constructor(events: Events, documents: EventDocuments) {
    this.#events = events;
    this.#documents = documents;
  }

  /** The chosen event; undefined where the user left, or went on to edit one as a document. */
  async pick(target: FunctionTarget): Promise<EventReference | undefined> {
    const edit: vscode.QuickInputButton = {
      iconPath: new vscode.ThemeIcon('edit'),
      tooltip: t('Open as a Document'),
    };
    const parameters: vscode.QuickInputButton = {
      iconPath: new vscode.ThemeIcon('settings-gear'),
      tooltip: t('Set Parameters…'),
    };
    const quickPick = vscode.window.createQuickPick<Item>();
    quickPick.title = t('Event for {0}', target.name);
    quickPick.placeholder = t(
      'Saved, earlier and sample events. Type to search: sqs, api gateway, schedule …',
    );
    quickPick.matchOnDescription = true;
    quickPick.matchOnDetail = true;
    quickPick.busy = true;
    quickPick.show();
    const chosen = new Promise<EventReference | undefined>((resolve, reject) => {
      let settled = false;
      // The list is hidden first: a question that a choice leads to would be hidden with it.
      const settle = (choice: (() => Promise<EventReference | undefined>) | undefined): void => {
        settled = true;
        quickPick.hide();
        resolve(choice?.());
      };
      quickPick.onDidAccept(() => settle(quickPick.selectedItems[0]?.choose));
      quickPick.onDidTriggerItemButton(({ item, button }) => {
        const { choose, sample } = item;
        if (button === parameters && sample !== undefined)
          settle(async () => {
            const values = await askParameters(sample);
            return values === undefined ? undefined : { kind: 'sample', id: sample.id, values };
          });
        else if (choose !== undefined) settle(async () => this.#edit(target, await choose()));
      });
      quickPick.onDidHide(() => {
        if (!settled) resolve(undefined);
        quickPick.dispose();
      });
      this.#items(target, edit, parameters).then(items => {
        quickPick.items = items;
        quickPick.busy = false;
        quickPick.onDidChangeValue(query => {
          const found = withFound(quickPick.items, query);
          if (found !== undefined) quickPick.items = found;
        });
      }, reject);
    });
    return chosen;
  }

  async #edit(target: FunctionTarget, event: EventReference | undefined): Promise<undefined> {
    if (event !== undefined) await this.#documents.open(target, event);
    return undefined;
  }

  async #items(
    target: FunctionTarget,
    edit: vscode.QuickInputButton,
    parameters: vscode.QuickInputButton,
  ): Promise<Item[]> {
    const { project, name } = target;
    const [saved, samples, current] = await Promise.all([
      this.#events.saved(project, name),
      this.#events.samples.all(),
      this.#events.current(project, name),
    ]);
    const heading = (label: string): Item => ({ label, kind: vscode.QuickPickItemKind.Separator });
    const items: Item[] = [
      heading(t('Chosen')),
      {
        label: `$(check) ${eventTitle(current)}`,
        buttons: [edit],
        choose: () => Promise.resolve(current),
      },
      {
        label: `$(add) ${t('New Event…')}`,
        description: t('a JSON document with its own Invoke'),
        choose: async () => {
          await this.#documents.create(target);
          return undefined;
        },
      },
    ];
    const others = saved.filter(file => current.kind !== 'saved' || current.file !== file);
    if (others.length > 0)
      items.push(
        heading(t('Saved events')),
        ...others.map(file => ({
          label: `$(json) ${fileTitle(file)}`,
          description: vscode.workspace.asRelativePath(file),
          buttons: [edit],
          choose: () => Promise.resolve({ kind: 'saved', file } as const),
        })),
      );
    const bySample = (list: readonly Sample[]): Item[] =>
      [...byService(list)].flatMap(([service, ofService]) => [
        heading(service),
        ...ofService.map(sample => ({
          label: sample.title,
          description: sample.id,
          detail: sample.description,
          buttons: sample.parameters.length === 0 ? [edit] : [parameters, edit],
          sample,
          choose: () => Promise.resolve({ kind: 'sample', id: sample.id } as const),
        })),
      ]);
    // What the template says that the function gets comes before what it was once given.
    const eventTypes = project.store.function(name)?.declared?.eventTypes ?? [];
    const fitting = new Set(fittingSamples(samples, eventTypes));
    items.push(
      ...bySample([...fitting]),
      ...(await this.#earlier(target, heading, edit)),
      ...bySample(samples.filter(sample => !fitting.has(sample))),
    );
    return items;
  }

  /** Events of recent invocations, whoever made them; only the host has their text. */
  async #earlier(
    { project, name }: FunctionTarget,
    heading: (label: string) => Item,
    edit: vscode.QuickInputButton,
  ): Promise<Item[]> {
    const { session } = project.connection;
    const recent = project.store.invocations(name).slice(0, EARLIER);
    if (session === undefined || recent.length === 0) return [];
    const hints = await Promise.all(
      recent.map(({ requestId }) =>
        session.invocation(requestId).then(
          ({ event }) => [eventHint(event)],
          // The host has forgotten it; choosing it says so.
          () => [],
        ),
      ),
    );
    return [
      heading(t('Events of recent invocations')),
      ...recent.map((invocation, at) => ({
        label: `$(history) ${clock(invocation.startedAt)}`,
        description: [
          invocation.errorType ?? invocation.status,
          invocation.source,
          ...(hints[at] ?? []),
        ].join(' · '),
        buttons: [edit],
        choose: async (): Promise<EventReference> => {
          const { event } = await session.invocation(invocation.requestId);
          return { kind: 'text', title: repeatTitle(invocation.requestId), text: event };
        },
      })),
    ];
  }
}
