/** The ways in which AWS's services write a time. */

/** `2026-01-15T12:30:45.678Z` */
export const isoMillis = (at: Date): string => at.toISOString();

/** `2026-01-15T12:30:45Z` */
export const isoSeconds = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

/** `2026-01-15T12:30:45.678+0000`, in alarms and CodeCommit. */
export const isoOffset = (at: Date): string => at.toISOString().replace('Z', '+0000');

/** Seconds since 1970, without a fraction. */
export const epochSeconds = (at: Date): number => Math.floor(at.getTime() / 1000);

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `15/Jan/2026:12:30:45 +0000`, the Common Log Format of API Gateway. */
export function commonLog(at: Date): string {
  const iso = at.toISOString();
  const month = months[at.getUTCMonth()] ?? '';
  return `${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}

/** `Jan 15, 2026` and `12:30:45 PM`, both in UTC. */
export function inWords(at: Date): { readonly date: string; readonly time: string } {
  const hour = at.getUTCHours();
  const time = `${hour % 12 === 0 ? 12 : hour % 12}${at.toISOString().slice(13, 19)} ${hour < 12 ? 'AM' : 'PM'}`;
  return { date: `${months[at.getUTCMonth()] ?? ''} ${at.getUTCDate()}, ${at.getUTCFullYear()}`, time };
}

/** The time that many milliseconds after another. */
export const after = (at: Date, milliseconds: number): Date => new Date(at.getTime() + milliseconds);
