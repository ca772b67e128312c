/** `lamplight clock` */
import {
  advanceClock,
  clockStatus,
  freezeClock,
  nextOnClock,
  resumeClock,
  setClockSpeed,
} from '../client/controlCalls.ts';
import type { HostClient } from '../client/hostClient.ts';
import {
  type ClockAdvanced,
  type ClockStatus,
  HIGHEST_SPEED,
  LONGEST_ADVANCE_MS,
} from '../protocol/clock.ts';
import { formatDuration, parseDuration } from '../protocol/duration.ts';
import { type Command, stateFlag, UsageError } from './command.ts';
import { withHost } from './locateHost.ts';
import { table } from './table.ts';

type Call = (client: HostClient) => Promise<ClockStatus | ClockAdvanced>;

export const clock: Command = {
  name: 'clock',
  operands: '[status|speed N|freeze|resume|advance DURATION|next]',
  operandCount: { least: 0, most: 2 },
  summary: 'shows and drives the time that retries, schedules and the like wait for',
  details:
    'DURATION is 61s, 10m, 5m30s, 2h, 1d. advance and next return when all that fell due has been done, and say what it was. Running handlers and their time limits stay on real time.',
  flags: { ...stateFlag, json: { help: 'prints a JSON object' } },
  async run(args, context) {
    const call = callOf(args.operands);
    // Time must not be moved twice.
    const answer = await withHost(args, context, call, 'never');
    if (args.has('json')) context.out(`${JSON.stringify(answer, undefined, 2)}\n`);
    else context.out(textOf(answer));
    return 0;
  },
};

/** Throws UsageError. */
function callOf([action = 'status', value]: readonly string[]): Call {
  const plain: Readonly<Record<string, Call>> = {
    status: clockStatus,
    freeze: freezeClock,
    resume: resumeClock,
    next: nextOnClock,
  };
  const call = Object.hasOwn(plain, action) ? plain[action] : undefined;
  if (call !== undefined) {
    if (value !== undefined)
      throw new UsageError(`clock ${action} takes nothing more, and was given ${value}.`);
    return call;
  }
  if (action === 'speed') {
    const speed = speedOf(value);
    return client => setClockSpeed(client, speed);
  }
  if (action === 'advance') {
    const duration = durationOf(value);
    return client => advanceClock(client, duration);
  }
  throw new UsageError(
    `clock ${action}: it takes status, speed N, freeze, resume, advance DURATION or next.`,
  );
}

function speedOf(text: string | undefined): number {
  const speed = Number(text);
  if (text === undefined || text === '' || !(speed >= 1 && speed <= HIGHEST_SPEED))
    throw new UsageError(`clock speed takes a number from 1 to ${HIGHEST_SPEED}${given(text)}.`);
  return speed;
}

function durationOf(text: string | undefined): string {
  const ms = parseDuration(text ?? '');
  if (text === undefined || ms === undefined || ms === 0 || ms > LONGEST_ADVANCE_MS)
    throw new UsageError(
      `clock advance takes a duration such as 61s, 10m, 5m30s, 2h or 1d, at most ${LONGEST_ADVANCE_MS / 86_400_000}d${given(text)}.`,
    );
  return text;
}

const given = (text: string | undefined): string => (text === undefined ? '' : `, not ${text}`);

function textOf(answer: ClockStatus | ClockAdvanced): string {
  const { serviceTime, wallTime, speed, frozen, next } = answer;
  const ahead = serviceTime - wallTime;
  const state = frozen ? 'frozen' : speed === 1 ? 'runs' : `runs ${speed} times as fast`;
  const distance =
    Math.abs(ahead) < 1_000
      ? ''
      : `, ${formatDuration(seconds(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'} the machine`;
  const first =
    next === undefined
      ? 'Nothing waits for it.\n'
      : `Next in ${formatDuration(seconds(next.at - serviceTime))}: ${next.what}\n`;
  const line = `${iso(serviceTime)}  ${state}${distance}\n`;
  return 'done' in answer
    ? table(answer.done.map(({ at, what }) => [iso(at), what])) + line + first
    : line + first;
}

const iso = (ms: number): string => new Date(ms).toISOString();
const seconds = (ms: number): number => Math.round(Math.abs(ms) / 1_000) * 1_000;
