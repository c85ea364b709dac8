/** A mistake in a file, flag or request that the user can mend; its message is one sentence and needs no stack. */
export class InputError extends Error {
  override name = 'InputError';
}
