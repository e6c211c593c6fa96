import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";

export { ensureChromium } from "./chromium.ts";

/**
 * A VS Code that comes from the package registry alone: code-server carries the whole of VS Code's server and web
 * workbench. It lives in a folder of its own, since `npm ci` of the project would delete its nested packages.
 */
export interface VscodeHost {
  /** The Node to run it with: the one of this process. */
  readonly node: string;
  /** VS Code's own server: what tests use. */
  readonly serverMain: string;
  /** code-server's wrapper, with a password and a route that keeps secrets: what people use. */
  readonly wrapper: string;
}

export const HOST_FOLDER = join(import.meta.dirname, "..", ".vscode-host");

const VERSION = "4.139.1";
/** Compared with the stamp; changed when an installation made by an older version of this file will not do. */
const RECIPE = `code-server@${VERSION} 1`;

/** Installs the host unless it is there. The stamp is written last, so an installation that broke off is done again. */
export async function ensureVscodeHost(log: (line: string) => void): Promise<VscodeHost> {
  const stamp = join(HOST_FOLDER, "stamp");
  const home = join(HOST_FOLDER, "node_modules", "code-server");
  const host = {
    node: process.execPath,
    serverMain: join(home, "lib", "vscode", "out", "server-main.js"),
    wrapper: join(home, "out", "node", "entry.js"),
  };
  if ((await readFile(stamp, "utf8").catch(() => "")) === RECIPE && existsSync(host.serverMain)) return host;

  const started = performance.now();
  log(`Installing VS Code's server (code-server ${VERSION}, about 620 MB) into .vscode-host/. This is done once.`);
  await rm(stamp, { force: true });
  await rm(join(HOST_FOLDER, "node_modules"), { recursive: true, force: true });
  await mkdir(HOST_FOLDER, { recursive: true });
  const manifest = { private: true, dependencies: { "code-server": VERSION } };
  await writeFile(join(HOST_FOLDER, "package.json"), JSON.stringify(manifest));
  // The package brings a shrinkwrap for itself and for each nested folder, which pins what they name. `npm ci` would be
  // stricter, but refuses the nested shrinkwrap: it lacks an optional package's dependency.
  await npm(log, "1 of 3: code-server", HOST_FOLDER, ["install"]);
  await npm(log, "2 of 3: the packages of VS Code", join(home, "lib", "vscode"), ["install", "--omit=dev"]);
  await npm(log, "3 of 3: the packages of its extensions", join(home, "lib", "vscode", "extensions"), [
    "install",
    "--omit=dev",
  ]);
  await writeFile(stamp, RECIPE);
  log(`VS Code's server is installed (${Math.round((performance.now() - started) / 1000)} s).`);
  return host;
}

async function npm(log: (line: string) => void, step: string, cwd: string, args: string[]): Promise<void> {
  log(`  ${step} ...`);
  const script = process.env.npm_execpath;
  const [command, first] = script?.endsWith(".js") ? [process.execPath, [script]] : ["npm", []];
  const options = ["--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
  const child = spawn(command, [...first, ...args, ...options], {
    cwd,
    // code-server asks for the Node it was built for; an outer npm's settings would hide the nested package.json.
    env: { ...cleanEnvironment(), PATH: dirname(process.execPath) + delimiter + process.env.PATH },
    stdio: ["ignore", "pipe", "pipe"],
    shell: command === "npm" && process.platform === "win32",
  });
  let output = "";
  child.stdout.on("data", (data) => {
    output += data;
  });
  child.stderr.on("data", (data) => {
    output += data;
  });
  const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== 0) {
    throw new Error(
      `VS Code's server could not be installed into ${HOST_FOLDER} (step ${step}). It needs the npm registry once; ` +
        `connect and run this again.\n${output.trim().slice(0, 2000)}`,
    );
  }
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_(package|lifecycle|command|config_(local_)?prefix)/i.test(name),
    ),
  );
}
