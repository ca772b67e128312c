/** Somebody else holds the host's database: a backup, or a user who looks into it. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { pendingEvents } from '../../../src/client/asynchronous.ts';
import { HostClient } from '../../../src/client/hostClient.ts';
import { call, createFunction } from '../../helpers/functions.ts';
import { createQueue, sqsClient } from '../../helpers/sqs.ts';
import { useTestHost } from '../../helpers/testHost.ts';
import { until } from '../../helpers/until.ts';

describe('a database that is locked', function () {
  this.timeout(40_000);
  const host = useTestHost();

  it('takes nothing that is not stored, loses nothing that was, and goes on afterwards', async () => {
    const { client, ready, root, stateDir } = host();
    const go = path.join(root.path, 'go');
    await createFunction(
      client,
      'waiting',
      `exports.handler = async () => { while (!require('node:fs').existsSync(${JSON.stringify(go)})) await new Promise(r => setTimeout(r, 20)); return 1; };`,
    );
    const QueueUrl = await createQueue(ready, 'q');
    const sqs = sqsClient(ready);
    const control = new HostClient(ready);
    const other = new DatabaseSync(path.join(stateDir, 'lamplight.db'));
    const event = { InvocationType: 'Event', LogType: 'None' } as const;
    try {
      await call(client, 'waiting', {}, event);
      await until(async () => (await pendingEvents(control)).Events[0]?.state === 'running', {
        what: 'the event to run',
      });
      other.exec('BEGIN IMMEDIATE');
      const refused = /Another process holds .*lamplight\.db/;
      await assert.rejects(call(client, 'waiting', {}, event), refused);
      await assert.rejects(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'refused' })), refused);
      // The running one ends now, and its end can't be stored yet.
      await writeFile(go, '');
      await until(() => /Asynchronous events wait, for the database can't be used/.test(host().output()), {
        what: 'the notice',
      });
      other.exec('ROLLBACK');
      await until(async () => (await pendingEvents(control)).Events.length === 0, { what: 'the end' });
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'taken' }));
      const { Messages } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      );
      assert.deepEqual(
        Messages?.map(({ Body }) => Body),
        ['taken'],
      );
      assert.equal((await call(client, 'waiting')).payload, 1);
    } finally {
      other.close();
      sqs.destroy();
      control.close();
    }
  });
});
