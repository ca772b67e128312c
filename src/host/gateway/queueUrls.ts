/**
 * Addresses of queues in what passes through. SDKs send a queue's requests to the address in its URL, with the keys that they
 * have; so a queue of AWS's is shown under this host's address, and under its own again to AWS. Texts inside messages stay as
 * they are: there the quotes and brackets around such a member are escaped.
 */

/** In what AWS answered: JSON or XML. */
export function ourQueueUrls(body: Buffer, ours: string, theirs: string): Buffer {
  return edit(body, theirs, text =>
    text
      .replace(
        /("QueueUrl"\s*:\s*"|<QueueUrl>)([^"<]*)/g,
        (_, before: string, url: string) => before + move(url, theirs, ours),
      )
      .replace(/"queueUrls"\s*:\s*\[[^\]]*\]/gi, list => list.replaceAll(`"${theirs}/`, `"${ours}/`)),
  );
}

/** In what a client sent: JSON or a form. */
export function theirQueueUrls(body: Buffer, ours: string, theirs: string): Buffer {
  const form = encodeURIComponent(ours);
  return edit(
    edit(body, ours, text =>
      text.replace(
        /("QueueUrl"\s*:\s*")([^"]*)/g,
        (_, before: string, url: string) => before + move(url, ours, theirs),
      ),
    ),
    form,
    text =>
      text.replace(
        /((?:^|&)QueueUrl=)([^&]*)/g,
        (_, before: string, url: string) => before + move(url, form, encodeURIComponent(theirs)),
      ),
  );
}

const move = (url: string, from: string, to: string): string =>
  url.startsWith(from) ? to + url.slice(from.length) : url;

/** What does not name the address stays the very bytes that it is. */
function edit(body: Buffer, named: string, change: (text: string) => string): Buffer {
  return body.includes(named) ? Buffer.from(change(body.toString('utf8'))) : body;
}
