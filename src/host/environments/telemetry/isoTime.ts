/** Times of events as ISO 8601: several for each invocation, and most in the second of the one before. */
let second = Number.NaN;
/** `2024-05-20T16:29:45.` */
let prefix = '';

/** `ms`: epoch milliseconds, what is below one is left out. */
export function isoTime(ms: number): string {
  const whole = Math.floor(ms);
  const at = Math.floor(whole / 1000);
  if (at !== second) {
    second = at;
    prefix = new Date(at * 1000).toISOString().slice(0, -4);
  }
  return `${prefix}${String(whole - at * 1000).padStart(3, '0')}Z`;
}
