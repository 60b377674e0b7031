/** The pages by their addresses. All but the first are loaded when somebody goes there. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { HERE } from "./api/client.ts";
import { Frame } from "./pages/Frame.tsx";
import { Home } from "./pages/Home.tsx";
import { Lost } from "./pages/Lost.tsx";

const root = createRootRoute({ component: Frame, notFoundComponent: Lost });
const home = createRoute({ getParentRoute: () => root, path: "/", component: Home });
const workspace = createRoute({
  getParentRoute: () => root,
  path: "/w/$slug",
  component: lazyRouteComponent(() => import("./pages/WorkspaceFrame.tsx"), "WorkspaceFrame"),
});
const overview = createRoute({
  getParentRoute: () => workspace,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/Overview.tsx"), "Overview"),
});
const sessions = createRoute({
  getParentRoute: () => workspace,
  path: "/sessions",
  component: lazyRouteComponent(() => import("./pages/Sessions.tsx"), "Sessions"),
});
const session = createRoute({
  getParentRoute: () => workspace,
  path: "/sessions/$id",
  component: lazyRouteComponent(() => import("./pages/Session.tsx"), "SessionPage"),
});
const wallet = createRoute({
  getParentRoute: () => workspace,
  path: "/wallet",
  component: lazyRouteComponent(() => import("./pages/Wallet.tsx"), "WalletPage"),
});
const keys = createRoute({
  getParentRoute: () => workspace,
  path: "/keys",
  component: lazyRouteComponent(() => import("./pages/Keys.tsx"), "Keys"),
});
const operator = createRoute({
  getParentRoute: () => workspace,
  path: "/operator",
  component: lazyRouteComponent(() => import("./pages/Operator.tsx"), "Operator"),
});
const members = createRoute({
  getParentRoute: () => workspace,
  path: "/members",
  component: lazyRouteComponent(() => import("./pages/Members.tsx"), "Members"),
});
const webhooks = createRoute({
  getParentRoute: () => workspace,
  path: "/webhooks",
  component: lazyRouteComponent(() => import("./pages/Webhooks.tsx"), "Webhooks"),
});
const platform = createRoute({
  getParentRoute: () => root,
  path: "/platform",
  component: lazyRouteComponent(() => import("./pages/Platform.tsx"), "Platform"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    platform,
    workspace.addChildren([overview, sessions, session, wallet, keys, operator, members, webhooks]),
  ]),
  basepath: HERE.pathname,
  defaultPreload: "intent",
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
