/** Makes changes to a text that is not ours, each of which must apply. */
export function replaced(text: string, changes: readonly [from: RegExp, to: string][], what: string): string {
  return changes.reduce((changed, [from, to]) => {
    if (!from.test(changed)) throw new Error(`${what} no longer has ${from}`);
    return changed.replace(from, to);
  }, text);
}
