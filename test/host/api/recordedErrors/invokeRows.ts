/** Invoke: rows 183 to 194, C28, C35 to C37. */
import { makeZip } from '../../../unit/functions/zipFixture.ts';
import { ask, onFunction, plainly, type Provocation, type Provocations } from './provocation.ts';

const running =
  (body: string): Provocation =>
  async world => {
    const ZipFile = makeZip([{ name: 'index.js', content: `exports.handler = async () => ${body};` }]);
    return ask('Invoke', { FunctionName: await world.otherFn({ Code: { ZipFile }, Timeout: 1 }) });
  };

export const invokeRows: Provocations = {
  183: plainly('Invoke', { FunctionName: 'fn', Payload: Buffer.from([0x99, 0x41]) }),
  184: plainly('Invoke', { FunctionName: 'fn', Payload: Buffer.from([0xe5, 0x87, 0xa5]) }),
  185: world => {
    const region = world.says('<wrong-region>', 'ap-southeast-1');
    return ask('Invoke', { FunctionName: `arn:aws:lambda:${region}:000000000000:function:fn` });
  },
  186: onFunction('Invoke', { Qualifier: 'non-existent-alias' }),
  188: plainly('Invoke', { FunctionName: 'doesnotexist' }),
  194: plainly('Invoke', { FunctionName: 'arn:aws:lambda:us-east-1:123400000000@function:myfn' }),
  C35: running("'x'.repeat(7_000_000)"),
  C36: running('new Promise(resolve => setTimeout(resolve, 60_000))'),
  C37: running('process.exit(0)'),
  C28: plainly('Invoke', { FunctionName: 'fn', Payload: Buffer.alloc(6_291_457, ' ') }),
};
