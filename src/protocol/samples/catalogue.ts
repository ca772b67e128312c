/**
 * The catalogue of sample events: one definition that the event picker, `lamplight events` and the tests share. Written
 * from AWS's documentation, offline. Importing it builds nothing.
 */
import { alexaSkillSamples } from './alexaSkill.ts';
import { alexaSmartHomeSamples } from './alexaSmartHome.ts';
import { apiGatewayHttpSamples } from './apiGatewayHttp.ts';
import { apiGatewayRestSamples } from './apiGatewayRest.ts';
import { apiGatewayWebSocketSamples } from './apiGatewayWebSocket.ts';
import { appSyncSamples } from './appSync.ts';
import { bedrockSamples } from './bedrock.ts';
import { cloudFormationSamples } from './cloudFormation.ts';
import { cloudFrontSamples } from './cloudFront.ts';
import { cloudWatchSamples } from './cloudWatch.ts';
import { cognitoSignUpSamples } from './cognitoSignUp.ts';
import { cognitoTokenSamples } from './cognitoToken.ts';
import { configSamples } from './config.ts';
import { connectSamples } from './connect.ts';
import { destinationSamples } from './destination.ts';
import { developerToolSamples } from './developerTools.ts';
import { documentDbSamples } from './documentDb.ts';
import { dynamoDbSamples } from './dynamoDb.ts';
import { eventBridgeSamples } from './eventBridge.ts';
import { eventBridgeComputeSamples } from './eventBridgeCompute.ts';
import { eventBridgeDeliverySamples } from './eventBridgeDelivery.ts';
import { eventBridgeOperationsSamples } from './eventBridgeOperations.ts';
import { firehoseSamples } from './firehose.ts';
import { functionUrlSamples } from './functionUrl.ts';
import { iotSamples } from './iot.ts';
import type { JsonValue } from './json.ts';
import { kafkaSamples } from './kafka.ts';
import { kinesisSamples } from './kinesis.ts';
import { lexSamples } from './lex.ts';
import { loadBalancerSamples } from './loadBalancer.ts';
import { messageBrokerSamples } from './messageBroker.ts';
import { plainSamples } from './plain.ts';
import { s3Samples } from './s3.ts';
import { s3FunctionSamples } from './s3Functions.ts';
import type { SampleEvent } from './sampleEvent.ts';
import { SampleEventError } from './sampleEvent.ts';
import { scheduleSamples } from './schedule.ts';
import { securitySamples } from './security.ts';
import { sesSamples } from './ses.ts';
import { snsSamples } from './sns.ts';
import { sqsSamples } from './sqs.ts';
import { stepFunctionsSamples } from './stepFunctions.ts';
import { vpcLatticeSamples } from './vpcLattice.ts';

/** Every sample event, the most used services first. Ids are stable; new ones are added, none is renamed. */
export const sampleEvents: readonly SampleEvent[] = [
  ...plainSamples,
  ...apiGatewayRestSamples,
  ...apiGatewayHttpSamples,
  ...apiGatewayWebSocketSamples,
  ...functionUrlSamples,
  ...loadBalancerSamples,
  ...vpcLatticeSamples,
  ...sqsSamples,
  ...snsSamples,
  ...s3Samples,
  ...s3FunctionSamples,
  ...eventBridgeSamples,
  ...eventBridgeComputeSamples,
  ...eventBridgeDeliverySamples,
  ...eventBridgeOperationsSamples,
  ...scheduleSamples,
  ...dynamoDbSamples,
  ...kinesisSamples,
  ...firehoseSamples,
  ...kafkaSamples,
  ...messageBrokerSamples,
  ...documentDbSamples,
  ...stepFunctionsSamples,
  ...destinationSamples,
  ...cognitoSignUpSamples,
  ...cognitoTokenSamples,
  ...appSyncSamples,
  ...cloudWatchSamples,
  ...sesSamples,
  ...cloudFormationSamples,
  ...cloudFrontSamples,
  ...configSamples,
  ...developerToolSamples,
  ...securitySamples,
  ...iotSamples,
  ...alexaSkillSamples,
  ...alexaSmartHomeSamples,
  ...lexSamples,
  ...connectSamples,
  ...bedrockSamples,
];

/** The sample event of an id (`sqs/standard`), if there is one. */
export const findSample = (id: string): SampleEvent | undefined =>
  sampleEvents.find(sample => sample.id === id);

/**
 * Builds the event of an id; values that are not given take their defaults.
 * @throws SampleEventError for an unknown id or parameter, and for a value that does not fit
 */
export function buildSample(id: string, values?: Readonly<Record<string, string>>): JsonValue {
  const sample = findSample(id);
  if (sample) return sample.build(values);
  const group = `${id.split('/')[0] ?? ''}/`;
  const near = sampleEvents.filter(other => other.id.startsWith(group)).map(other => other.id);
  const hint = near.length > 0 ? `There are ${near.join(', ')}` : '"lamplight events" lists them all';
  throw new SampleEventError(`There is no sample event "${id}". ${hint}.`);
}
