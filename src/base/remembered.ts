/**
 * Remembers what was made of an object for as long as the object lives; it must not change meanwhile.
 *
 * @param make - What is made of each object, once.
 */
export function remembered<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { value: Value }>();
  return (key) => {
    const found = known.get(key) ?? { value: make(key) };
    known.set(key, found);
    return found.value;
  };
}
