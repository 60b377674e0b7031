/** A page's name: at its top, and on its tab with the workspace that it is about. */
import { useParams } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";

export function Title({ name, children = name }: { name: string; children?: ReactNode }) {
  const { slug } = useParams({ strict: false });
  useEffect(() => {
    document.title = [name, slug, "Luxxon"].filter((it) => it !== undefined).join(" · ");
  }, [name, slug]);
  return <h1>{children}</h1>;
}
