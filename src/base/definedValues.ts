/**
 * The same without undefined properties: what is left out has a default where it goes.
 *
 * @param options - Properties of which some may be undefined.
 */
export function defined<T extends object>(options: T) {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
