/** Says what is wrong with a pattern, in AWS's words. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}
