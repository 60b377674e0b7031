/** Derives the package.json that npm publishes from that of the workspace. */

/** What differs: the workspace's entries are sources, which this repository runs without a build. */
export interface WorkspaceManifest {
  private: true;
  exports: Record<string, string>;
}

/** `npm publish` runs every gate, and then makes the folder anew: what stood in it from earlier is never published. */
const prepublishOnly = ["abi:check", "abi -- --check", "abi -- --build"]
  .map((script) => `npm run --prefix ../.. --silent ${script} 1>&2`)
  .join(" && ");

/** Each source becomes the ES module and the CommonJS module that are built from it, with declarations of their own. */
export function publishedManifest({ private: _, exports, ...manifest }: WorkspaceManifest): object {
  const modules = Object.entries(exports).flatMap(([entry, path]) => {
    const module = /^\.\/src\/(.*)\.ts$/.exec(path)?.[1];
    return module === undefined ? [] : [{ entry, esm: filesOf("esm", module), cjs: filesOf("cjs", module) }];
  });
  const built = modules.map(({ entry, esm, cjs }) => [entry, { import: esm, require: cjs }] as const);
  const types = modules.map(({ entry, cjs }) => [entry.slice("./".length), [cjs.types]] as const);
  return {
    ...manifest,
    exports: { ...exports, ...Object.fromEntries(built) },
    // For whoever does not read `exports`: older bundlers, and TypeScript's resolution for Node 10.
    main: filesOf("cjs", "index").default,
    module: filesOf("esm", "index").default,
    types: filesOf("cjs", "index").types,
    typesVersions: { "*": Object.fromEntries(types.filter(([entry]) => entry !== "")) },
    scripts: { prepublishOnly },
  };
}

function filesOf(format: "esm" | "cjs", module: string) {
  return { types: `./dist/${format}/${module}.d.ts`, default: `./dist/${format}/${module}.js` };
}
