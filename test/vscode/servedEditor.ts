import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { CHROMIUM_FLAGS } from "../../scripts/chromium.ts";
import { ensureChromium, ensureVscodeHost } from "../../scripts/vscodeHost.ts";
import type { Launch, RunningEditor } from "./launch.ts";

/** VS Code's server from code-server with its web workbench in Chromium. */
export async function startServed(launch: Launch): Promise<RunningEditor> {
  const host = await ensureVscodeHost(launch.log);
  const executablePath = await ensureChromium(launch.log);
  const flags = ["--user-data-dir", launch.userDataDir, "--extensions-dir", launch.extensionsDir];
  const common = [host.serverMain, ...flags, "--accept-server-license-terms", "--disable-telemetry"];
  const installs = launch.vsixs.flatMap((vsix) => ["--install-extension", vsix]);
  await finished(spawn(host.node, [...common, ...installs, "--force"], { env: launch.env }));

  const server = spawn(
    host.node,
    [
      ...common,
      ...["--host", "127.0.0.1", "--port", "0", "--without-connection-token"],
      ...(launch.asksForTrust ? [] : ["--disable-workspace-trust"]),
    ],
    { env: launch.env, stdio: ["ignore", "pipe", "pipe"] },
  );
  const [port, browser] = await Promise.all([
    listening(server),
    chromium.launch({ executablePath, args: CHROMIUM_FLAGS }),
  ]);
  const permissions = ["clipboard-read", "clipboard-write"];
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, permissions });
  await keepSecrets(context, port);

  const open = async (what: "workspace" | "nothing"): Promise<Page> => {
    const page = await context.newPage();
    const query = what === "workspace" ? `folder=${encodeURI(launch.workspace)}` : "ew=true";
    await page.goto(`http://127.0.0.1:${port}/?${query}`);
    return page;
  };
  return {
    open,
    close: async () => {
      await browser.close();
      server.kill("SIGKILL");
    },
  };
}

/**
 * Without code-server's wrapper the page keeps secrets in memory only. This is the route by which the wrapper keeps them
 * over a reload: the page asks it for the key of what it stores.
 */
async function keepSecrets(context: BrowserContext, port: number): Promise<void> {
  const key = randomBytes(32);
  await context.addCookies([{ name: "vscode-secret-key-path", value: "/mint-key", url: `http://127.0.0.1:${port}` }]);
  await context.route("**/mint-key", (route) => route.fulfill({ body: key }));
}

/** The port the server chose. Its complaints about native modules that we leave out are shown only if it fails. */
async function listening(server: ChildProcess): Promise<number> {
  let output = "";
  return new Promise((resolve, reject) => {
    const hear = (data: Buffer): void => {
      output = (output + data).slice(-20_000);
      const port = /listening on (\d+)/.exec(output)?.[1];
      if (port) resolve(Number(port));
    };
    server.stdout?.on("data", hear);
    server.stderr?.on("data", hear);
    server.on("error", reject);
    server.on("exit", (code) => reject(new Error(`VS Code's server ended with code ${code}.\n${output}`)));
  });
}

async function finished(child: ChildProcess): Promise<void> {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (output += data));
  const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== 0) throw new Error(`The extension could not be installed (code ${code}).\n${output}`);
}
