import yazl from 'yazl';

export interface ZippedFile {
  readonly text: string;
  /** `0o755` … */
  readonly mode: number;
}

/** A zip with these files, as a deployment package. */
export async function zipOf(files: Readonly<Record<string, string | Buffer | ZippedFile>>): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  for (const [name, content] of Object.entries(files)) {
    if (typeof content === 'string' || Buffer.isBuffer(content)) zip.addBuffer(Buffer.from(content), name);
    else zip.addBuffer(Buffer.from(content.text), name, { mode: 0o100000 | content.mode });
  }
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
