/** Reads compose.yaml as Docker Compose does: anchors, merges, and `${VARIABLE}`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "@luxxon/chain/root";
import { parse } from "yaml";

export interface Service {
  command: string[];
  replicas: number;
  environment: Record<string, string>;
  /** Whether a stop is followed by a start. */
  isRestarted: boolean;
}

interface Read {
  build?: string;
  command?: string[];
  restart?: string;
  deploy?: { replicas?: number };
  environment?: Record<string, string | number>;
}

/** The platform's own: those that are built here. Variables are left as they are written. */
export function platformServices(): Record<string, Service> {
  const { services } = parse(readFileSync(join(ROOT, "compose.yaml"), "utf8"), { merge: true }) as {
    services: Record<string, Read>;
  };
  return Object.fromEntries(
    Object.entries(services)
      .filter(([, { build }]) => build !== undefined)
      .map(([name, { command = [], restart, deploy, environment = {} }]) => [
        name,
        {
          command,
          replicas: deploy?.replicas ?? 1,
          environment: Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, String(value)])),
          isRestarted: restart === "always",
        },
      ]),
  );
}

/** Puts variables in; one that is needed and not there stops it, as Compose would be stopped. */
export function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{(\w+)(:\?|:-|-)?([^}]*)\}/g, (_, name: string, sign: string | undefined, other: string) => {
    const value = variables[name];
    if (sign === ":?" && !value) throw new Error(`required variable ${name} is missing a value`);
    if (sign === ":-") return value || other;
    if (sign === "-") return value ?? other;
    return value ?? "";
  });
}

/** The variables that somebody has to set. */
export function neededVariables(): string[] {
  const text = readFileSync(join(ROOT, "compose.yaml"), "utf8");
  return [...new Set([...text.matchAll(/\$\{(\w+):\?\}/g)].map(([, name]) => name as string))].sort();
}
