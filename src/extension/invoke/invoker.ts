import * as vscode from 'vscode';
import { AwsCallError } from '../../client/callError.ts';
import { isAbort, messageOf } from '../errors.ts';
import type { EventProblems } from '../events/eventProblems.ts';
import { EventError } from '../events/eventReference.ts';
import type { EventReference } from '../events/eventReference.ts';
import type { Events } from '../events/events.ts';
import { t } from '../localize.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import type { ResultState } from '../result/resultText.ts';
import type { Results } from '../result/results.ts';
import { LATEST, calledName } from '../versions/latest.ts';
import type { ChosenQualifiers } from './chosenQualifiers.ts';
import { finishedRecord } from './finishedRecord.ts';

/** Before that, a progress message would only flash. */
const PROGRESS_AFTER_MS = 1_000;

/** Invokes functions over the Lambda API, as everybody does, and shows what came of it. */
export class Invoker {
  readonly #events: Events;
  readonly #results: Results;
  readonly #problems: EventProblems;
  readonly #qualifiers: ChosenQualifiers;

  constructor(events: Events, results: Results, problems: EventProblems, qualifiers: ChosenQualifiers) {
    this.#events = events;
    this.#qualifiers = qualifiers;
    this.#results = results;
    this.#problems = problems;
  }

  /**
   * Saves, waits for the saved code to serve, invokes with that event and qualifier (or the ones that are chosen for the
   * function) and shows the result.
   */
  async invoke(target: FunctionTarget, chosen?: EventReference, named?: string): Promise<void> {
    const { project, name } = target;
    const wanted = named ?? this.#qualifiers.get(target);
    const qualifier = wanted === LATEST ? undefined : wanted;
    const event = chosen ?? (await this.#events.current(project, name));
    const text = await this.text(event);
    if (text === undefined) return;
    if (chosen !== undefined) this.#events.chosen.set(project, name, event);
    const uri = await this.#results.begin(
      { target, qualifier, event, text, state: { kind: 'running' } },
      Date.now(),
    );
    const shown = this.#results.show(uri);
    const abort = new AbortController();
    const running = this.#run(target, text, qualifier, uri, abort.signal);
    await withLateProgress(t('Invoking {0}', calledName(name, qualifier)), abort, running);
    await shown;
  }

  /** The event's text; undefined after a mistake in it was shown where it stands. */
  async text(event: EventReference): Promise<string | undefined> {
    try {
      const text = await this.#events.text(event);
      this.#problems.clear(event);
      return text;
    } catch (error) {
      if (!(error instanceof EventError)) throw error;
      await this.#problems.show(error);
      return undefined;
    }
  }

  async #run(
    { project, name }: FunctionTarget,
    payload: string,
    qualifier: string | undefined,
    uri: vscode.Uri,
    signal: AbortSignal,
  ): Promise<void> {
    const show = (state: ResultState): Promise<void> => this.#results.update(uri, state);
    try {
      if (!(await project.settle(signal))) {
        await show({
          kind: 'refused',
          code: t('Not saved'),
          message: t('A changed file could not be saved, so its code would not have run.'),
        });
        return;
      }
      const session = await project.connection.ensure();
      const answer = await session.invoke({ functionName: name, qualifier, payload, signal });
      const record = finishedRecord(session, project.store, name, answer.requestId);
      await show({
        kind: 'answered',
        answer: answer.payload,
        failed: answer.functionError !== undefined,
        requestId: answer.requestId,
        buildError: answer.buildError,
      });
      await show({ kind: 'finished', record: await record });
    } catch (error) {
      if (isAbort(error) || signal.aborted) await show({ kind: 'cancelled' });
      else
        await show({
          kind: 'refused',
          code: error instanceof Error ? error.name : 'Error',
          message: messageOf(error),
          fault: error instanceof AwsCallError ? error.fault : undefined,
        });
    }
  }
}

/** A notification with Cancel once the work takes longer than a moment. */
async function withLateProgress(title: string, abort: AbortController, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>(resolve => {
    timer = setTimeout(() => resolve('late'), PROGRESS_AFTER_MS);
  });
  const first = await Promise.race([work.then(() => 'done' as const), late]);
  clearTimeout(timer);
  if (first === 'done') return;
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    (_progress, token) => {
      token.onCancellationRequested(() => abort.abort());
      return work;
    },
  );
}
