/** Amazon SES: a receipt rule with a Lambda action. */
import { arn } from './arn.ts';
import { alphanumeric, hex } from './identifier.ts';
import { account, choice, eventTime, region, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';
import { isoMillis } from './timeFormat.ts';

export const sesSamples = [
  defineSample({
    id: 'ses/inbound',
    service: 'Amazon SES',
    title: 'Email received',
    description: 'Headers and verdicts of an email, without its body: that is for an S3 action.',
    docs: 'https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-lambda-event.html',
    parameters: {
      from: text('From', 'jane@example.com'),
      to: text('To', 'orders@example.net'),
      subject: text('Subject', 'Where is order 1001?'),
      spam: choice('Spam verdict', ['PASS', 'FAIL', 'GRAY', 'PROCESSING_FAILED']),
      virus: choice('Virus verdict', ['PASS', 'FAIL', 'GRAY', 'PROCESSING_FAILED']),
      functionName: text('Function', 'orders-inbox'),
      region,
      account,
      time: eventTime,
    },
    event: values => {
      const date = values.time.toUTCString().replace('GMT', '+0000');
      const messageId = `<${hex(`email ${values.subject}`, 16)}@${values.from.split('@')[1] ?? 'example.com'}>`;
      return {
        Records: [
          {
            eventSource: 'aws:ses',
            eventVersion: '1.0',
            ses: {
              mail: {
                timestamp: isoMillis(values.time),
                source: values.from,
                messageId: alphanumeric(`ses ${values.subject}`, 40),
                destination: [values.to],
                headersTruncated: false,
                headers: [
                  { name: 'Return-Path', value: `<${values.from}>` },
                  { name: 'From', value: values.from },
                  { name: 'To', value: values.to },
                  { name: 'Subject', value: values.subject },
                  { name: 'Date', value: date },
                  { name: 'Message-ID', value: messageId },
                  { name: 'MIME-Version', value: '1.0' },
                  { name: 'Content-Type', value: 'text/plain; charset=UTF-8' },
                ],
                commonHeaders: {
                  returnPath: values.from,
                  from: [values.from],
                  date,
                  to: [values.to],
                  messageId,
                  subject: values.subject,
                },
              },
              receipt: {
                timestamp: isoMillis(values.time),
                processingTimeMillis: 574,
                recipients: [values.to],
                spamVerdict: { status: values.spam },
                virusVerdict: { status: values.virus },
                spfVerdict: { status: 'PASS' },
                dkimVerdict: { status: 'PASS' },
                dmarcVerdict: { status: 'PASS' },
                action: {
                  type: 'Lambda',
                  functionArn: arn(
                    'lambda',
                    values.region,
                    values.account,
                    `function:${values.functionName}`,
                  ),
                  invocationType: 'Event',
                },
              },
            },
          },
        ],
      };
    },
  }),
] as const;
