/**
 * True when a word of the texts begins with each word of the query: `s3 put` finds "Object created by PUT" of Amazon S3.
 * The editor's own filter wants all of the query in one text.
 */
export function findsWords(query: string, texts: readonly string[]): boolean {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
  const words = texts.join(' ').toLowerCase();
  return wanted.length > 0 && wanted.every(word => startsWord(words, word));
}

function startsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1))
    if (at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? '')) return true;
  return false;
}

/** What a service is called by those who look for it: `API Gateway (REST)`. */
export const shortService = (service: string): string => service.replace(/^(Amazon|AWS) /, '');
