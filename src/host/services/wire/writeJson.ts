/** Output of the AWS JSON protocol: bytes as base64. */
export const writeJson = (output: unknown): string => JSON.stringify(output, replaceBytes);

/** JSON.stringify has asked a Buffer for its own JSON already; the value that it came from is the holder's. */
function replaceBytes(this: unknown, key: string, value: unknown): unknown {
  const raw: unknown = (this as Readonly<Record<string, unknown>>)[key];
  return Buffer.isBuffer(raw) ? raw.toString('base64') : value;
}
