/** Says in one line what the user can put right; commands print it and end with exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
}
