/**
 * The door of every npm script: `node scripts/run.mjs <task> [args]`. Installs the dependencies when they are missing or
 * out of date, then runs scripts/<task>.ts with the Node that the project pins, so that people need any Node from 20 on.
 * A task elsewhere is named from scripts/: "../bench/startup".
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const stamp = join(modules, ".rubberduck-stamp");
const pinnedNode = join(modules, "node", "bin", process.platform === "win32" ? "node.exe" : "node");
const env = {
  INIT_CWD: process.cwd(),
  ...process.env,
  PATH: join(modules, ".bin") + delimiter + (process.env.PATH ?? ""),
};

/** npm within npm, as the package "node" installs itself, has been seen to hang for ever; a minute is usual. */
const NPM_LIMIT_MS = 360_000;

await main(process.argv.slice(2));

async function main([task, ...args]) {
  const script = join(root, "scripts", `${task}.ts`);
  if (!task || !existsSync(script)) {
    fail(2, `Unknown task "${task ?? ""}". There are: start, test, testElectron, build, package.`);
  }
  await setUp();
  const end = await run(pinnedNode, [script, ...args], { stdio: "inherit" });
  process.exit(end.code);
}

async function setUp() {
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted && existsSync(pinnedNode)) return;

  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    fail(
      1,
      "node_modules is a link, and what it points to belongs to another package-lock.json. Remove the link, then run this again.",
    );
  }
  say("Installing the dependencies (npm ci). This is done once, and again when package-lock.json changes.");
  const started = Date.now();
  await npm(["ci", "--no-audit", "--no-fund"]);
  if (!existsSync(pinnedNode)) {
    // npm was configured to skip install scripts; this package's script is what fetches the binary.
    say("Install scripts were skipped. Running those of node and esbuild, without which nothing here can run.");
    await npm(["rebuild", "node", "esbuild", "--ignore-scripts=false", "--foreground-scripts"]);
  }
  if (!existsSync(pinnedNode)) {
    fail(1, 'The install script of the package "node" did not run. Run: npm install-scripts approve node esbuild');
  }
  writeFileSync(stamp, wanted);
  say(`Dependencies are installed (${Math.round((Date.now() - started) / 1000)} s).`);
}

async function npm(args) {
  const script = process.env.npm_execpath;
  const [command, first] = script?.endsWith(".js") ? [process.execPath, [script]] : ["npm", []];
  // npm asks for a progress bar only on a terminal; its notices and errors pass through in any case.
  const options = { stdio: ["inherit", "inherit", "pipe"], shell: command === "npm" && process.platform === "win32" };
  let end = await run(command, [...first, ...args], options, NPM_LIMIT_MS);
  if (end.hung) {
    say("npm did not come to an end within six minutes. Trying once more.");
    end = await run(command, [...first, ...args], options, NPM_LIMIT_MS);
  }
  if (end.code === 0) return;
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|ENOTCACHED|network/.test(end.stderr)) {
    fail(
      1,
      "The dependencies are not installed, and the package registry cannot be reached. Connect and run this again.",
    );
  }
  fail(1, `npm ${args[0]} failed; what it said stands above.`);
}

/** Runs to the end, passing signals on. An end by signal becomes the exit code a shell would give it. */
function run(command, args, options, limitMs) {
  return new Promise((resolve) => {
    // In a group of its own, a command that hangs can be ended with all that it started.
    const detached = limitMs !== undefined && process.platform !== "win32";
    const child = spawn(command, args, { cwd: root, env, detached, ...options });
    const pass = (signal) => (detached ? process.kill(-child.pid, signal) : child.kill(signal));
    let hung = false;
    const giveUp = () => {
      hung = true;
      pass("SIGKILL");
    };
    const timer = limitMs && setTimeout(giveUp, limitMs);
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
    for (const signal of signals) process.on(signal, pass);
    // npm starts scripts through a shell, which dies of a signal without passing it on.
    const parent = process.ppid;
    if (env.npm_lifecycle_event) setInterval(() => process.ppid !== parent && pass("SIGTERM"), 500).unref();
    let stderr = "";
    child.stderr?.on("data", (data) => {
      stderr += data;
      process.stderr.write(data);
    });
    child.on("error", (error) => fail(1, `Cannot start ${command}: ${error.message}`));
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      for (const each of signals) process.off(each, pass);
      resolve({ code: code ?? 128 + constants.signals[signal], stderr, hung });
    });
  });
}

function say(text) {
  process.stderr.write(`[setup] ${text}\n`);
}

function fail(code, text) {
  process.stderr.write(`${text}\n`);
  process.exit(code);
}
