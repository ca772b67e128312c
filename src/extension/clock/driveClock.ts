import * as vscode from 'vscode';
import { advanceClock, clockStatus, nextOnClock } from '../../client/controlCalls.ts';
import type { ClockAdvanced } from '../../protocol/clock.ts';
import { withProgress } from '../cancellation.ts';
import type { Log } from '../log.ts';
import { t } from '../localize.ts';
import type { Project } from '../project/project.ts';
import { doneSentence, shownDate } from './shownTime.ts';

/** Moves a folder's clock, shows how far it is, and says what was done; cancelled, time stops where it has come to. */
export class ClockDrive {
  readonly #project: Project;
  readonly #log: Log;

  constructor(project: Project, log: Log) {
    this.#project = project;
    this.#log = log;
  }

  /** @param duration as the host reads it */
  async advance(duration: string): Promise<void> {
    const { client } = await this.#project.connection.ensure();
    const answer = await this.#drive(t('Advancing service time by {0}', duration), signal =>
      advanceClock(client, duration, signal),
    );
    if (answer !== undefined) this.#tell(t('Service time is {0} further.', duration), answer);
  }

  async next(): Promise<void> {
    const { client } = await this.#project.connection.ensure();
    const answer = await this.#drive(t('Running to the next event'), signal => nextOnClock(client, signal));
    if (answer === undefined) return;
    if (answer.done.length === 0)
      void vscode.window.showInformationMessage(t('Nothing waits for service time.'));
    else this.#tell(t('It is {0} now.', shownDate(answer.serviceTime)), answer);
  }

  async #drive(
    title: string,
    call: (signal: AbortSignal) => Promise<ClockAdvanced>,
  ): Promise<ClockAdvanced | undefined> {
    const { store, connection } = this.#project;
    const answer = await withProgress(title, async (signal, report) => {
      const listener = store.onChange.add(({ kind }) => {
        if (kind === 'clock' && store.clock !== undefined) report(shownDate(store.clock.serviceTime));
      });
      try {
        return await call(signal);
      } finally {
        listener.dispose();
      }
    });
    if (answer !== undefined || connection.session === undefined) return answer;
    const { serviceTime } = await clockStatus(connection.session.client);
    void vscode.window.showInformationMessage(t('Service time stopped at {0}.', shownDate(serviceTime)));
    return undefined;
  }

  #tell(moved: string, { done }: ClockAdvanced): void {
    this.#log.channel.info(`${this.#project.folder.name}: ${moved}`);
    for (const { at, what } of done) this.#log.channel.info(`${shownDate(at)}  ${what}`);
    const show = t('Show Log');
    const buttons = done.length === 0 ? [] : [show];
    // Not awaited: the command is over, whether or not somebody reads this.
    void vscode.window.showInformationMessage(`${moved} ${doneSentence(done)}`, ...buttons).then(chosen => {
      if (chosen === show) this.#log.channel.show();
    });
  }
}
