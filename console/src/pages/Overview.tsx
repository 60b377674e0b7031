/** A workspace at a glance: what is left of the way from nothing to the first session, and what is used every day. */
import { useQuery } from "@tanstack/react-query";
import { keysQuery, poolQuery } from "../api/queries.ts";
import { Card } from "../ui/show.tsx";
import { MintKey } from "./MintKey.tsx";
import { OpenSession } from "./OpenSession.tsx";
import { PoolCard } from "./Pool.tsx";
import { Title } from "./Title.tsx";
import { useWorkspace } from "./workspace.ts";

export function Overview() {
  const { id, name, isConsumer } = useWorkspace();
  const { data: keys } = useQuery(keysQuery(id));
  const { data: pool } = useQuery(poolQuery(id));
  const steps = [
    ["Workspace", true],
    ["Key", keys !== undefined && keys.length > 0],
    ["Pool", pool !== undefined && pool.trackedBalance !== "0"],
  ] as const;
  const isDone = steps.every(([, done]) => done);
  return (
    <>
      <Title name={name} />
      {isDone || keys === undefined || pool === undefined ? null : (
        <ol className="steps" aria-label="Steps to the first session">
          {steps.map(([title, done]) => (
            <li key={title} className={done ? "done" : ""}>
              {title}
              <span className="hidden">{done ? ": done" : ": to do"}</span>
            </li>
          ))}
        </ol>
      )}
      <div className="cards">
        <PoolCard />
        {isConsumer ? (
          <Card title="A session">
            <OpenSession />
          </Card>
        ) : null}
        <Card title="A key for programs">
          <MintKey />
        </Card>
      </div>
    </>
  );
}
