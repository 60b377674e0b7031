/** Says that there is no such page. */
import { Link } from "@tanstack/react-router";

export function Lost() {
  return (
    <main>
      <h1>There is no such page</h1>
      <p>
        <Link to="/">Go to the beginning</Link>
      </p>
    </main>
  );
}
