/** AWS IoT. */
import { base64 } from './encoding.ts';
import { uuid } from './identifier.ts';
import { choice, eventTime, jsonObject, region, text } from './parameter.ts';
import { defineSample } from './sampleEvent.ts';
import { isoMillis } from './timeFormat.ts';

const clickType = choice('Click', ['SINGLE', 'DOUBLE', 'LONG']);

export const iotSamples = [
  defineSample({
    id: 'iot/rule',
    service: 'AWS IoT Core',
    title: 'Rule with a Lambda action',
    description:
      "What the rule's SQL selects is the event: here SELECT *, topic() AS topic, timestamp() AS timestamp.",
    docs: 'https://docs.aws.amazon.com/iot/latest/developerguide/lambda-rule-action.html',
    parameters: {
      message: jsonObject('Message', { deviceId: 'lamp-01', brightness: 80, temperature: 21.5 }),
      topic: text('Topic', 'devices/lamp-01/telemetry'),
      time: eventTime,
    },
    event: values => ({ ...values.message, topic: values.topic, timestamp: values.time.getTime() }),
  }),
  defineSample({
    id: 'iot/custom-authorizer',
    service: 'AWS IoT Core',
    title: 'Custom authorizer',
    description: 'A device connects with a token or a password; answer isAuthenticated and policies.',
    docs: 'https://docs.aws.amazon.com/iot/latest/developerguide/config-custom-auth.html',
    parameters: {
      token: text('Token', 'allow'),
      clientId: text('MQTT client', 'lamp-01'),
      username: text('MQTT user name', 'lamp'),
      password: text('MQTT password, before base64', 'correct horse battery staple'),
    },
    event: values => ({
      token: values.token,
      signatureVerified: false,
      protocols: ['tls', 'mqtt'],
      protocolData: {
        tls: { serverName: 'iot.example.com' },
        mqtt: {
          username: values.username,
          password: base64(values.password),
          clientId: values.clientId,
        },
      },
      connectionMetadata: { id: uuid(`connection ${values.clientId}`) },
    }),
  }),
  defineSample({
    id: 'iot/button',
    service: 'AWS IoT button',
    title: 'Click',
    description: 'A click of an AWS IoT button that is a thing of its own.',
    docs: 'https://docs.aws.amazon.com/iot/latest/developerguide/lambda-rule-action.html',
    parameters: { clickType, serialNumber: text('Serial number', 'G030PMEXAMPLE0001') },
    event: values => ({
      serialNumber: values.serialNumber,
      batteryVoltage: '1582mV',
      clickType: values.clickType,
    }),
  }),
  defineSample({
    id: 'iot/one-click',
    service: 'AWS IoT 1-Click',
    title: 'Click',
    description: 'A click of a button in a placement of a project.',
    docs: 'https://docs.aws.amazon.com/iot-1-click/latest/developerguide/1click-programming.html',
    parameters: {
      clickType,
      project: text('Project', 'orders'),
      placement: text('Placement', 'desk'),
      region,
      time: eventTime,
    },
    event: values => ({
      deviceEvent: {
        buttonClicked: { clickType: values.clickType, reportedTime: isoMillis(values.time) },
      },
      deviceInfo: {
        attributes: { projectRegion: values.region, projectName: values.project },
        type: 'button',
        deviceId: 'G030PMEXAMPLE0001',
        remainingLife: 99.7,
      },
      placementInfo: {
        projectName: values.project,
        placementName: values.placement,
        attributes: { location: 'Seattle' },
        devices: { button: 'G030PMEXAMPLE0001' },
      },
    }),
  }),
] as const;
