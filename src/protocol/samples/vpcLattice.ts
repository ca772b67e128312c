/** Amazon VPC Lattice: a Lambda function as the target of a service. */
import { arn, sessionArn } from './arn.ts';
import { alphanumeric, hex } from './identifier.ts';
import { account, choice, eventTime, region, text } from './parameter.ts';
import { lastValues, multiValues } from './queryString.ts';
import { defineSample } from './sampleEvent.ts';

const service = 'Amazon VPC Lattice';
const docs = 'https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html';

const serviceHost = (region: string): string =>
  `orders-${hex('lattice service', 17)}.${alphanumeric('lattice host', 7)}.vpc-lattice-svcs.${region}.on.aws`;

const request = {
  method: choice('Method', ['GET', 'POST', 'PUT', 'DELETE']),
  path: text('Path', '/orders/1001'),
  query: text('Query string', 'status=open&tag=gift&tag=express'),
  body: text('Body', ''),
  region,
};

export const vpcLatticeSamples = [
  defineSample({
    id: 'vpc-lattice/v2',
    service,
    title: 'Request, event structure V2',
    description: 'Headers and parameters are lists; requestContext names network, service and caller.',
    docs,
    parameters: {
      ...request,
      role: text('Role of the caller', 'orders-client'),
      account,
      time: eventTime,
    },
    event: values => {
      const lattice = (resource: string): string =>
        arn('vpc-lattice', values.region, values.account, resource);
      return {
        version: '2.0',
        path: values.path,
        method: values.method,
        headers: {
          accept: ['application/json'],
          host: [serviceHost(values.region)],
          'user-agent': ['curl/8.5.0'],
          'x-forwarded-for': ['10.0.1.20'],
        },
        queryStringParameters: multiValues(values.query),
        body: values.body,
        isBase64Encoded: false,
        requestContext: {
          serviceNetworkArn: lattice(`servicenetwork/sn-${hex('lattice network', 17)}`),
          serviceArn: lattice(`service/svc-${hex('lattice service', 17)}`),
          targetGroupArn: lattice(`targetgroup/tg-${hex('lattice target group', 17)}`),
          identity: {
            sourceVpcArn: arn('ec2', values.region, values.account, `vpc/vpc-${hex('source vpc', 17)}`),
            type: 'AWS_IAM',
            principal: sessionArn(values.region, values.account, values.role, 'session'),
            principalOrgID: 'o-exampleorgid',
            sessionName: 'session',
          },
          region: values.region,
          // Microseconds, as text.
          timeEpoch: `${values.time.getTime()}000`,
        },
      };
    },
  }),
  defineSample({
    id: 'vpc-lattice/v1',
    service,
    title: 'Request, event structure V1',
    description: 'The older structure, with names in snake case and single values.',
    docs,
    parameters: request,
    event: values => ({
      raw_path: values.query === '' ? values.path : `${values.path}?${values.query}`,
      method: values.method,
      headers: {
        accept: 'application/json',
        host: serviceHost(values.region),
        'user-agent': 'curl/8.5.0',
        'x-forwarded-for': '10.0.1.20',
      },
      query_string_parameters: lastValues(values.query),
      body: values.body,
      is_base64_encoded: false,
    }),
  }),
] as const;
