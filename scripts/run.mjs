/**
 * Runs a command of this project: `node scripts/run.mjs [--omit=dev] <script or package binary> [arguments]`.
 *
 * Plain JavaScript with nothing but Node's own modules, because it is the first thing that runs on a fresh clone, under
 * whatever Node ≥ 20 is there. It sees to three things before it hands over:
 *
 * 1. The dependencies are what package-lock.json says. If not, it installs them, and says so. `--omit=dev`, as npm calls
 *    it, is for commands that do without what only tests and developers need: a browser, linters, old compilers.
 * 2. The command runs under Node 24. Hardhat needs ≥ 22.13, so the project brings its own Node as a dependency. The
 *    installation itself must run under that Node too: npm under Node 20 silently leaves out Hardhat's native part.
 * 3. Hardhat can make its folders: where the home folder cannot be written, in a temporary one.
 *
 * And Node keeps what it has compiled, beside what is installed: each command then starts in two thirds of the time.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const BIN = join(ROOT, "node_modules", ".bin");
const WANTED_NODE = 24;
const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP"];

const OMIT_DEV = "--omit=dev";
const omitsDev = process.argv[2] === OMIT_DEV;
const [command, ...args] = process.argv.slice(omitsDev ? 3 : 2);
if (command === undefined) stop(`usage: node scripts/run.mjs [${OMIT_DEV}] <script or package binary> [arguments]`);
if (process.platform === "win32") stop("Windows is not supported: use the Windows Subsystem for Linux.");
if (major(process.version) < 20) stop(`Node ${process.version} is too old: install Node 20 or newer.`);

const lock = readJson(join(ROOT, "package-lock.json"));
if (lock === undefined)
  stop("package-lock.json is missing or broken: restore it with `git checkout package-lock.json`.");

if (!isInstalled({ omitsDev })) await install();

const node = nodeToUse();
const entry = existsSync(command) ? command : binaryOf(command);
const { status, signal } = await runToItsEnd(node, [entry, ...args]);
if (signal !== null) process.kill(process.pid, signal);
process.exit(status ?? 1);

/** Whoever ends this process means the command: it is told, and is waited for however long it takes to end. */
async function runToItsEnd(file, args) {
  const child = spawn(file, args, { stdio: "inherit", env: environment(file) });
  const forward = (signal) => child.kill(signal);
  for (const signal of FORWARDED) process.on(signal, forward);
  const ended = await new Promise((resolve) => {
    child.on("error", (error) => stop(error.message));
    child.on("exit", (status, signal) => resolve({ status, signal }));
  });
  // What ended the command may end this process; what comes too late for the command changes nothing.
  if (ended.signal !== null) process.removeAllListeners(ended.signal);
  return ended;
}

/** Whether node_modules holds what the lockfile says; npm leaves its own account of what it installed there. */
function isInstalled({ omitsDev }) {
  const installed = readJson(join(ROOT, "node_modules", ".package-lock.json"));
  if (installed === undefined) return false;
  return Object.entries(lock.packages).every(([path, want]) => {
    // The project itself, and its workspaces: nothing of them is installed but a link, which is an entry of its own.
    if (!path.includes("node_modules/")) return true;
    if (omitsDev && want.dev === true) return true;
    const have = installed.packages[path];
    if (want.link) return have?.link === true;
    // What is optional may be missing only where it is not for this machine, or does not say for which it is.
    const isForAny = want.os === undefined && want.cpu === undefined;
    if (have === undefined) return want.optional === true && (isForAny || !isForThisMachine(want));
    return have.version === want.version && have.integrity === want.integrity;
  });
}

function isForThisMachine({ os, cpu, libc }) {
  const fits = (list, value) =>
    list === undefined ||
    ((list.includes(value) || !list.some((item) => !item.startsWith("!"))) && !list.includes(`!${value}`));
  return fits(os, process.platform) && fits(cpu, process.arch) && fits(libc, libcName());
}

function libcName() {
  if (process.platform !== "linux") return undefined;
  return process.report.getReport().header.glibcVersionRuntime === undefined ? "musl" : "glibc";
}

async function install() {
  const { dependencies } = readJson(join(ROOT, "package.json")) ?? stop("package.json is missing or broken.");
  // Run by npm, the way to npm is known; else it is the one on the PATH.
  const script = process.env.npm_execpath;
  const npm = script?.endsWith(".js") ? [process.execPath, script] : ["npm"];
  // `npm ci` begins by removing what is there, which another command may be running from: what is right so far only grows.
  const grows = !omitsDev && isInstalled({ omitsDev: true });
  const how = grows ? ["install", "--no-save"] : ["ci"];
  // Said either way: in an environment that is set for production npm leaves them out by itself.
  const inner = [...how, omitsDev ? OMIT_DEV : "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  const underOwnNode = ["exec", "--yes", `--package=node@${dependencies.node}`, "--"];
  const innerNpm = npm.length === 2 ? ["node", script] : ["npm"];
  const whole =
    major(process.version) >= WANTED_NODE ? [...npm, ...inner] : [...npm, ...underOwnNode, ...innerNpm, ...inner];

  const what = grows ? "what tests and developers need besides" : "the dependencies that package-lock.json names";
  process.stderr.write(`Installing ${what} (once; about a minute) `);
  const started = Date.now();
  const progress = setInterval(() => process.stderr.write("."), 2_000);
  const [file, ...rest] = whole;
  const { code, output } = await new Promise((resolve) => {
    // stdout belongs to the command that follows; it may be JSON.
    const child = spawn(file, rest, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.on("error", (error) => resolve({ code: -1, output: error.message }));
    child.on("close", (code) => resolve({ code, output }));
  });
  clearInterval(progress);
  process.stderr.write("\n");
  if (code !== 0) stop(`The installation failed: ${reasonOf(output)}`);
  if (!isInstalled({ omitsDev }))
    stop("The installation left something out: remove node_modules and run `npm ci` under Node 24.");
  console.error(`Installed in ${Math.round((Date.now() - started) / 1000)} s.\n`);
}

/** npm's own words, without its codes, its usage and its blank lines. */
function reasonOf(output) {
  const lines = output.split("\n").map((line) => line.trim());
  const errors = lines.filter((line) => line.startsWith("npm error ")).map((line) => line.slice("npm error ".length));
  const reason = errors.find((line) => line !== "" && !/^(code|errno|syscall|type) /.test(line));
  return reason ?? lines.findLast((line) => line !== "") ?? "npm said nothing";
}

function nodeToUse() {
  if (major(process.version) >= WANTED_NODE) return process.execPath;
  const own = join(ROOT, "node_modules", "node", "bin", "node");
  if (!existsSync(own)) stop("node_modules lacks the project's own Node: run `npm rebuild node`, or use Node 24.");
  return own;
}

/** The script behind a package's binary. */
function binaryOf(name) {
  const file = join(BIN, name);
  if (!existsSync(file)) stop(`unknown command ${name}.`);
  return file;
}

/** Children that start with `#!/usr/bin/env node` find the same Node. */
function environment(node) {
  return {
    NODE_COMPILE_CACHE: join(ROOT, "node_modules", ".cache", "node"),
    ...process.env,
    ...foldersForHardhat(),
    PATH: [BIN, dirname(node), process.env.PATH].join(":"),
  };
}

/** Hardhat makes these when it is imported, whether it puts anything there or not. A folder that is there stays in use. */
function foldersForHardhat() {
  const macos = process.platform === "darwin";
  const homes = macos
    ? { HOME: [homedir(), "Library/Caches", "Library/Preferences", "Library/Application Support"] }
    : { XDG_CACHE_HOME: [".cache", ""], XDG_CONFIG_HOME: [".config", ""], XDG_DATA_HOME: [".local/share", ""] };
  const lost = Object.entries(homes).filter(([name, [home, ...folders]]) => {
    const base = macos ? home : process.env[name] || join(homedir(), home);
    return !folders.every((folder) => canMake(join(base, folder, "hardhat-nodejs")));
  });
  if (lost.length === 0) return {};
  try {
    const instead = mkdtempSync(join(tmpdir(), "luxxon-home-"));
    process.on("exit", () => rmSync(instead, { recursive: true, force: true }));
    return Object.fromEntries(lost.map(([name]) => [name, instead]));
  } catch {
    return stop(`Neither ${homedir()} nor ${tmpdir()} can be written: set HOME or TMPDIR to a folder that can.`);
  }
}

/** Makes a folder, one step after the other: Node's own recursion never ends where a file system knows no folders, as /proc. */
function canMake(folder) {
  if (existsSync(folder)) return true;
  if (!canMake(dirname(folder))) return false;
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    return error.code === "EEXIST";
  }
}

function major(version) {
  return Number(version.slice(1).split(".")[0]);
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** One clear line, and the exit code of a wrong use. */
function stop(message) {
  console.error(message);
  process.exit(2);
}
