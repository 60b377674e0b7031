/** Says that there is no such page. */
import { Link } from "@tanstack/react-router";
import { Title } from "./Title.tsx";

export function Lost() {
  return (
    <main>
      <Title name="There is no such page" />
      <p>
        <Link to="/">Go to the beginning</Link>
      </p>
    </main>
  );
}
