/**
 * A small application of known lines for the tests that count them: its own files beside the samples would be, since a
 * sample's lines change for reasons of their own.
 */
export const ordersApp: Readonly<Record<string, string>> = {
  'template.yaml': `AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: { Runtime: nodejs22.x, Timeout: 2, MemorySize: 256 }
Resources:
  Create:
    Type: AWS::Serverless::Function
    Metadata: { BuildMethod: esbuild }
    Properties: { FunctionName: create-order, Handler: create.handler, CodeUri: src }
  Total:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: total, Handler: total.handler, CodeUri: src }
  Report:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: report, Runtime: python3.13, Handler: app.lambda_handler, CodeUri: report }
`,
  'src/create.ts': `interface Order {
  readonly quantity: number;
}

const rates = { tax: 20 };
const started = Object.keys(rates).length;

export const handler = async (order: Order): Promise<object> => {
  if (order.quantity === undefined) throw new TypeError('An order needs a quantity');
  const total = order.quantity * 100;
  console.log('the total is', total);
  return { total, started };
};
`,
  'src/total.js': `exports.handler = async event => {
  const answer = { sum: event.a + event.b };
  return answer;
};
`,
  'report/app.py': `rates = {"tax": 20}


def lambda_handler(event, context):
    total = len(event) + rates["tax"]
    print("the total is", total)
    return {"ok": True, "total": total}
`,
  'events/create-order/two.json': '{ "quantity": 2 }\n',
};
