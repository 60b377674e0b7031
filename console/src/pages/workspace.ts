/** The workspace that a page is about. */
import { createContext, useContext } from "react";
import type { Workspace } from "../api/client.ts";

export interface Here extends Workspace {
  role: "OWNER" | "ADMIN" | "VIEWER";
  /** Whether the signed-in wallet may change things. */
  mayChange: boolean;
  isConsumer: boolean;
  isSupplier: boolean;
}

export const WorkspaceContext = createContext<Here | undefined>(undefined);

export function useWorkspace(): Here {
  const here = useContext(WorkspaceContext);
  if (here === undefined) throw new Error("this page is no workspace's");
  return here;
}
