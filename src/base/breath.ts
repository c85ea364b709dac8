/**
 * Lets signals and timers come in between two pieces of long work, which would otherwise hold the thread.
 *
 * @param signal - Ends the work here.
 * @throws The signal's reason when it is stopped.
 */
export async function breath(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  signal?.throwIfAborted();
}
