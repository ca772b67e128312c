/** AWS's own runtimes bring an SDK that this machine may not have: who misses it is told where it can come from. */

const NODE = /Cannot find (?:module|package) '(@aws-sdk\/[a-z0-9-]+|@smithy\/[a-z0-9-]+)/;
const PYTHON = /No module named '(boto3|botocore)'/;

/** What to tell of an init error, or undefined where it has another cause. */
export function missingSdkNotice(functionName: string, body: Buffer): string | undefined {
  const text = body.subarray(0, 4096).toString('utf8');
  const node = NODE.exec(text)?.[1];
  if (node !== undefined) {
    return `${functionName} imports ${node}, which AWS's runtime brings and this machine does not have: install it in the project (npm install --save-dev ${node}).`;
  }
  const python = PYTHON.exec(text)?.[1];
  if (python === undefined) return undefined;
  return `${functionName} imports ${python}, which AWS's runtime brings and this machine does not have: install it in the project's virtual environment (pip install ${python}).`;
}
