/** Schedules: EventBridge rules and EventBridge Scheduler. */
import { arn } from './arn.ts';
import { busEvent, busParameters } from './eventBridge.ts';
import { json, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';

export const scheduleSamples = [
  defineSample({
    id: 'schedule/rule',
    service: 'Amazon EventBridge schedule',
    title: 'Scheduled rule',
    description: 'A rule with a rate or cron expression has come due (in SAM: an event of type Schedule).',
    docs: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html',
    parameters: { rule: text('Rule', 'orders-daily-report'), ...busParameters },
    event: ({ rule, ...values }) =>
      busEvent({
        ...values,
        source: 'aws.events',
        detailType: 'Scheduled Event',
        resources: [arn('events', values.region, values.account, `rule/${rule}`)],
        detail: {},
      }),
  }),
  defineSample({
    id: 'schedule/scheduler',
    service: 'Amazon EventBridge Scheduler',
    title: 'Schedule without an input',
    description: 'What EventBridge Scheduler sends by itself; unlike in a rule, detail is the text "{}".',
    docs: 'https://docs.aws.amazon.com/lambda/latest/dg/with-eventbridge-scheduler.html',
    parameters: {
      schedule: text('Schedule', 'orders-daily-report'),
      group: text('Schedule group', 'default'),
      ...busParameters,
    },
    event: ({ schedule, group, ...values }) => ({
      ...busEvent({
        ...values,
        source: 'aws.scheduler',
        detailType: 'Scheduled Event',
        resources: [arn('scheduler', values.region, values.account, `schedule/${group}/${schedule}`)],
        detail: {},
      }),
      detail: '{}',
    }),
  }),
  defineSample({
    id: 'schedule/scheduler-input',
    service: 'Amazon EventBridge Scheduler',
    title: 'Schedule with an input',
    description: "The schedule's own input is the whole event, nothing is put around it.",
    docs: 'https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html',
    parameters: {
      input: json('Input', {
        report: 'shipments',
        day: 'yesterday',
        scheduledTime: '2026-01-15T12:30:00Z',
        attempt: '1',
      }),
    },
    event: values => values.input,
  }),
] as const;
