/** What a row of the recorded errors is provoked in: a real host, fresh functions, and the values of its placeholders. */
import assert from 'node:assert/strict';
import type { OperationName } from '../../../../src/host/api/operation.ts';
import {
  apiRequest,
  sendApiRequest,
  type ApiAnswer,
  type ApiRequest,
  type Input,
} from '../../../helpers/apiRequest.ts';
import type { TestHost } from '../../../helpers/testHost.ts';
import { until } from '../../../helpers/until.ts';
import { makeZip } from '../../../unit/functions/zipFixture.ts';

export const ROLE = 'arn:aws:iam::000000000000:role/r';
export const ZIP = makeZip([{ name: 'index.js', content: 'exports.handler = async e => e' }]);

/** The input of a CreateFunction that succeeds. */
export const createInput = (name: string, change: Input = {}): Input => ({
  FunctionName: name,
  Runtime: 'nodejs22.x',
  Handler: 'index.handler',
  Role: ROLE,
  Code: { ZipFile: ZIP },
  ...change,
});

/** How recordings call the function that a row is about. */
const FUNCTION_PLACEHOLDERS = ['<function-name>', '<function-name:1>', '<fn-name>', '<nonexisting-fn-name>'];
/** Functions made at once: they then become Active together. */
const BATCH = 20;

export class World {
  readonly host: TestHost;
  /** In the upstream's S3, by `bucket/key`; the bucket `code` is there. */
  readonly objects: Map<string, Buffer>;
  /** `arn:aws:lambda:REGION:ACCOUNT:` */
  readonly arns: string;
  #values = new Map<string, string>();
  #ready: string[] = [];
  #made = 0;

  constructor(host: TestHost, objects: Map<string, Buffer>) {
    this.host = host;
    this.objects = objects.set('code/empty.zip', Buffer.alloc(0));
    this.arns = `arn:aws:lambda:${host.ready.region}:${host.ready.accountId}:`;
    this.begin();
  }

  /** Forgets the values of the row before. */
  begin(): void {
    const { region, accountId } = this.host.ready;
    this.#values = new Map([
      ['{A}', this.arns],
      ['<region>', region],
      ['<account>', accountId],
    ]);
  }

  get values(): ReadonlyMap<string, string> {
    return this.#values;
  }

  /** What a placeholder of the row's message stands for. Returns the value. */
  says(placeholder: string, value: string): string {
    this.#values.set(placeholder, value);
    return value;
  }

  /** Sends it and gives back whatever is answered. */
  send(request: ApiRequest): Promise<ApiAnswer> {
    return sendApiRequest(this.host.ready, request);
  }

  /** A step on the way, which has to succeed. `accountId`: of somebody else who takes it. */
  async call(operation: OperationName, input: Input = {}, accountId?: string): Promise<ApiAnswer> {
    const { ready } = this.host;
    const caller =
      accountId === undefined
        ? ready
        : { ...ready, credentials: { accessKeyId: accountId, secretAccessKey: 'any' } };
    const answer = await sendApiRequest(caller, apiRequest(operation, input));
    assert.ok(answer.status < 300, `${operation} answered ${answer.status} ${answer.body}`);
    return answer;
  }

  /** A name that no other row uses, of no function yet; the placeholders of functions stand for it. */
  name(): string {
    const name = `fn-${++this.#made}`;
    for (const placeholder of FUNCTION_PLACEHOLDERS) this.says(placeholder, name);
    return name;
  }

  /** A function of this row alone, Active. */
  async fn(): Promise<string> {
    if (this.#ready.length === 0) {
      const batch = Array.from({ length: BATCH }, () => this.name());
      await Promise.all(batch.map(each => this.call('CreateFunction', createInput(each))));
      for (const each of batch) await this.settled(each);
      this.#ready = batch;
    }
    const name = this.#ready.pop() ?? '';
    for (const placeholder of FUNCTION_PLACEHOLDERS) this.says(placeholder, name);
    return name;
  }

  /** As {@link fn}, but of another kind: an image, another runtime … */
  async otherFn(change: Input): Promise<string> {
    const name = this.name();
    await this.call('CreateFunction', createInput(name, change));
    await this.settled(name);
    return name;
  }

  /** Until no creation and no update of the function is going on. */
  async settled(name: string): Promise<void> {
    await until(
      async () => {
        const { json } = await this.call('GetFunctionConfiguration', { FunctionName: name });
        return json['State'] !== 'Pending' && json['LastUpdateStatus'] !== 'InProgress';
      },
      { what: `${name} to settle` },
    );
  }
}
