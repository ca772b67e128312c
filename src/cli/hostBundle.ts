/** Entry of dist/host.cjs: what of the command line needs the host's code. Loaded by `start` and `doctor` only. */
export { examineFor } from './examination.ts';
export { examineSdk } from './sdkNeeds.ts';
export { runHost } from './runHost.ts';
export { sweepState } from '../host/examine.ts';
