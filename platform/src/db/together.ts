/**
 * Looks up many things in one statement: what is asked for within one turn of the event loop goes together, and what is
 * asked for twice goes once. Nobody is given an answer that is older than their question.
 */

/** @param find Finds many at once, by the names that they were asked under; those that are not there are left out. */
export function together<Key, Found>(
  find: (keys: Key[]) => Promise<ReadonlyMap<string, Found>>,
): (name: string, key: Key) => Promise<Found | undefined> {
  let next: { keys: Map<string, Key>; found: Promise<ReadonlyMap<string, Found>> } | undefined;

  const gather = () => {
    const keys = new Map<string, Key>();
    const found = new Promise((resolve) => setImmediate(resolve)).then(() => {
      next = undefined;
      return find([...keys.values()]);
    });
    return { keys, found };
  };

  return async (name, key) => {
    next ??= gather();
    next.keys.set(name, key);
    return (await next.found).get(name);
  };
}
