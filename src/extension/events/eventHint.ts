/** Characters of an event that a list has room for. */
const LONGEST = 60;

/** An event's text on one line, cut where it is long: `{"quantity":3}`. */
export function eventHint(text: string): string {
  // Of an event of 6 MB no more is looked at than may be shown.
  const line = text
    .slice(0, LONGEST * 20)
    .replace(/\s*\n\s*/g, ' ')
    .trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST)}…`;
}
