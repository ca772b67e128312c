/** The list of commands. */
import { clock } from './clock.ts';
import type { Command } from './command.ts';
import { compare } from './compare.ts';
import { doctor } from './doctor.ts';
import { env } from './env.ts';
import { events } from './events.ts';
import { faults } from './faults.ts';
import { history } from './history.ts';
import { invokeCommand } from './invokeCommand.ts';
import { layers } from './layers.ts';
import { list } from './list.ts';
import { logs } from './logs.ts';
import { metrics } from './metrics.ts';
import { replayCommand } from './replay.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';

export const commands: readonly Command[] = [
  start,
  invokeCommand,
  list,
  layers,
  compare,
  logs,
  history,
  replayCommand,
  events,
  env,
  metrics,
  clock,
  faults,
  stop,
  doctor,
];
