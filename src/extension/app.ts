import type { ConfigurationEditing } from './configuration/configurationEditing.ts';
import type { Debugging } from './debug/debugging.ts';
import type { EventDocuments } from './events/eventDocuments.ts';
import type { EventPicker } from './events/eventPicker.ts';
import type { EventProblems } from './events/eventProblems.ts';
import type { Events } from './events/events.ts';
import type { Resends } from './events/resends.ts';
import type { ChosenQualifiers } from './invoke/chosenQualifiers.ts';
import type { Invoker } from './invoke/invoker.ts';
import type { Log } from './log.ts';
import type { Pickers } from './commands/pickers.ts';
import type { Projects } from './project/projects.ts';
import type { Results } from './result/results.ts';
import type { AwsTerminal } from './shell/awsTerminal.ts';
import type { Deletions } from './undo/deletions.ts';
import type { Timelines } from './timeline/timelines.ts';
import type { HostLaunch } from '../client/nodeBinary.ts';

/** What commands work with; main.ts makes one and hands it over. */
export interface App {
  readonly extensionId: string;
  readonly projects: Projects;
  readonly log: Log;
  readonly events: Events;
  readonly eventDocuments: EventDocuments;
  readonly eventPicker: EventPicker;
  readonly eventProblems: EventProblems;
  readonly resends: Resends;
  readonly results: Results;
  readonly qualifiers: ChosenQualifiers;
  readonly deletions: Deletions;
  readonly configuration: ConfigurationEditing;
  readonly invoker: Invoker;
  readonly debugging: Debugging;
  readonly pickers: Pickers;
  readonly terminal: AwsTerminal;
  readonly timelines: Timelines;
  /** How the command line is started. */
  readonly launch: () => Promise<HostLaunch>;
}
