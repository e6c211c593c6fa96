import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.ts";
import { packageVsix } from "./package.ts";
import { ensureVscodeHost, HOST_FOLDER } from "./vscodeHost.ts";

const HELP = `npm start [-- --folder DIR] [--port N]

Builds and packages RubberDuck and opens it in VS Code: in yours, if the command "code" is there, else in one that is
served to the browser from this computer.

--folder DIR  the folder to open (default: this project)
--port N      serve VS Code to the browser at this port, even if "code" is there (default: 8123, else a free one)`;

const ROOT = join(import.meta.dirname, "..");
const FAVOURITE_PORT = 8123;

/** Of the served VS Code; they are the person's from then on. */
const FIRST_SETTINGS = {
  "chat.disableAIFeatures": true,
  "security.workspace.trust.startupPrompt": "always",
  "telemetry.telemetryLevel": "off",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
};

interface Options {
  readonly folder: string;
  /** Only when asked for. */
  readonly port?: number;
}

await start(parse(process.argv.slice(2)));

async function start(options: Options): Promise<void> {
  if (options.port !== undefined && !(await isFree(options.port))) {
    refuse(`Port ${options.port} is in use. Choose another with --port, or leave it out to get a free one.`);
  }
  console.log("Building and packaging RubberDuck ...");
  await build();
  const vsix = resolve(ROOT, await packageVsix());
  if (options.port === undefined && openInstalled(vsix, options.folder)) return;
  await serve(vsix, options);
}

function parse(args: string[]): Options {
  const { folder, port, help } = parseOrRefuse(args);
  if (help) {
    console.log(HELP);
    process.exit(0);
  }
  // npm runs scripts in the project; INIT_CWD is where the person stands.
  const path = resolve(process.env.INIT_CWD ?? ".", folder ?? ROOT);
  if (!existsSync(path)) refuse(`The folder ${path} does not exist.`);
  if (!statSync(path).isDirectory()) refuse(`${path} is not a folder. Name a folder with --folder.`);
  if (port === undefined) return { folder: path };
  if (!/^\d+$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
    refuse(`--port takes a number from 1 to 65535, not "${port}".`);
  }
  return { folder: path, port: Number(port) };
}

function parseOrRefuse(args: string[]) {
  try {
    const options = { folder: { type: "string" }, port: { type: "string" }, help: { type: "boolean" } } as const;
    return parseArgs({ args, options }).values;
  } catch (error) {
    return refuse(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
  }
}

/** Into the VS Code that is installed here. False when there is none, or when it does not run (as root, for one). */
function openInstalled(vsix: string, folder: string): boolean {
  const code = (...args: string[]) =>
    spawnSync("code", args, { encoding: "utf8", shell: process.platform === "win32", timeout: 120_000 });
  const version = code("--version");
  if (version.error) return false;
  const installed = version.status === 0 ? code("--install-extension", vsix, "--force") : version;
  if (installed.status !== 0 || code(folder).status !== 0) {
    console.log(`The command "code" is there but does not work: ${(installed.stderr ?? "").trim()}`);
    return false;
  }
  console.log(`RubberDuck is installed in VS Code ${version.stdout.split("\n")[0]}, which opens ${folder}.`);
  return true;
}

async function serve(vsix: string, { folder, port = undefined }: Options): Promise<void> {
  const host = await ensureVscodeHost((line) => console.log(line));
  const user = join(HOST_FOLDER, "user");
  const flags = ["--user-data-dir", user, "--extensions-dir", join(user, "extensions"), "--config", config(user)];
  const chosen = port ?? ((await isFree(FAVOURITE_PORT)) ? FAVOURITE_PORT : await freePort());
  const password = passwordOf(user);
  const env = { ...process.env, PASSWORD: password };
  const install = spawnSync(host.node, [host.wrapper, ...flags, "--install-extension", vsix, "--force"], {
    env,
    encoding: "utf8",
  });
  if (install.status !== 0)
    throw new Error(`The extension could not be installed.\n${install.stdout}${install.stderr}`);

  const server = spawn(
    host.node,
    [
      host.wrapper,
      ...flags,
      ...["--bind-addr", `127.0.0.1:${chosen}`, "--auth", "password"],
      ...["--disable-telemetry", "--disable-update-check", "--disable-getting-started-override", folder],
    ],
    { env, stdio: ["ignore", "pipe", "pipe"], detached: process.platform !== "win32" },
  );
  endWithUs(server);
  await answering(server, chosen);
  console.log(`
RubberDuck is ready: VS Code with ${basename(folder)}

  open      http://127.0.0.1:${chosen}/?folder=${encodeURI(folder)}
  password  ${password}

Only this computer can reach it. Stop it with Ctrl+C.`);
}

/** The first settings, and a configuration file: without one code-server writes it into the person's home. */
function config(user: string): string {
  mkdirSync(join(user, "User"), { recursive: true });
  const settings = join(user, "User", "settings.json");
  if (!existsSync(settings)) writeFileSync(settings, JSON.stringify(FIRST_SETTINGS, null, 2));
  const file = join(user, "config.yaml");
  writeFileSync(file, "cert: false\n");
  return file;
}

/** Kept, so that a browser that gave it once stays signed in. */
function passwordOf(user: string): string {
  const file = join(user, "password");
  if (!existsSync(file)) writeFileSync(file, randomBytes(12).toString("base64url"), { mode: 0o600 });
  return readFileSync(file, "utf8").trim();
}

function endWithUs(server: ChildProcess): void {
  let stopping = false;
  const stop = (): void => {
    stopping = true;
    end(server, "SIGTERM");
    setTimeout(() => end(server, "SIGKILL"), 3_000).unref();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  process.on("exit", () => end(server, "SIGKILL"));
  server.on("exit", (code) => {
    if (!stopping) console.error(`VS Code's server ended by itself (code ${code}).`);
    process.exit(stopping ? 0 : 1);
  });
}

/** The whole process group: extension hosts and language servers too. */
function end(server: ChildProcess, signal: NodeJS.Signals): void {
  if (server.pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? server.pid : -server.pid, signal);
  } catch {
    // It is gone.
  }
}

async function answering(server: ChildProcess, port: number): Promise<void> {
  let output = "";
  for (const stream of [server.stdout, server.stderr]) {
    stream?.on("data", (data) => {
      output = (output + data).slice(-20_000);
    });
  }
  for (let tries = 0; tries < 300; tries++) {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`VS Code's server does not answer.\n${output}`);
}

function isFree(port: number): Promise<boolean> {
  return listen(port).then(
    () => true,
    () => false,
  );
}

function freePort(): Promise<number> {
  return listen(0);
}

/** Listens for a moment and answers the port. */
function listen(port: number): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer();
    server.on("error", failed);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address ? address.port : port));
    });
  });
}

function refuse(text: string): never {
  console.error(text);
  process.exit(2);
}
