/**
 * A name nobody else has.
 *
 * @returns 32 random hexadecimal digits.
 */
export function newName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
