import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { build, type OutputFile } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { PAGE_BUNDLE } from "../../scripts/build.ts";
import { CHROMIUM_FLAGS } from "../../scripts/chromium.ts";
import type { PanelMessage } from "../../server/protocol/panel.ts";
import { FakeHost } from "./fakeHost.ts";
import { THEME_CLASS, type Theme, themeStyle } from "./theme.ts";

/**
 * The panel in a real Chromium, under the strict policy that the editor gives it, with a host that the test plays.
 */
export class PanelBrowser {
  readonly #browser: Browser;
  readonly #server: Server;

  private constructor(browser: Browser, server: Server) {
    this.#browser = browser;
    this.#server = server;
  }

  static async launch(): Promise<PanelBrowser> {
    const [browser, files] = await Promise.all([
      chromium.launch({ executablePath: process.env.CHROME_PATH ?? "/usr/bin/chromium", args: CHROMIUM_FLAGS }),
      bundle(),
    ]);
    const server = serve(files);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new PanelBrowser(browser, server);
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** @param arrange runs before the page is loaded: what the host has from the start. */
  async open(options: OpenOptions = {}, arrange: (host: FakeHost) => unknown = () => {}): Promise<OpenPanel> {
    const { theme = "dark", policy = "strict", width = 380, height = 760, scale = 1, saved } = options;
    const context = await this.#browser.newContext({ viewport: { width, height }, deviceScaleFactor: scale });
    context.setDefaultTimeout(8000);
    let closing = false;
    const page = await context.newPage();
    page.on("pageerror", (error) => console.error(`In the page: ${error.stack ?? error.message}`));
    const host = new FakeHost(async (messages) => {
      await page.evaluate(deliver, messages).catch((error: Error) => {
        // What is on its way to a page that is being reloaded is lost, as it is in an editor.
        if (!closing && !error.message.includes("Execution context was destroyed")) throw error;
      });
    });
    await arrange(host);
    await page.exposeBinding("posted", (_source, message: PanelMessage) => host.receive(message));
    if (saved !== undefined) {
      await page.addInitScript((state) => {
        if (sessionStorage.state === undefined) sessionStorage.state = state;
      }, JSON.stringify(saved));
    }
    await page.goto(`${this.origin}/?theme=${theme}&policy=${policy}`);
    const close = () => {
      closing = true;
      return context.close();
    };
    return { page, host, close };
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export interface OpenOptions {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  readonly scale?: number;
  /** "none" leaves the panel to its own devices: what it draws must be harmless without any policy. */
  readonly policy?: "strict" | "none";
  /** What the panel had saved when it was last shown. */
  readonly saved?: { readonly draft: string; readonly conversationId?: string };
}

export interface OpenPanel {
  readonly page: Page;
  readonly host: FakeHost;
  close(): Promise<void>;
}

/** Runs in the page, as VS Code would hand messages over. */
function deliver(messages: readonly unknown[]): void {
  for (const data of messages) window.dispatchEvent(new MessageEvent("message", { data }));
}

async function bundle(): Promise<OutputFile[]> {
  const result = await build({
    ...PAGE_BUNDLE,
    entryPoints: { webview: "webview/main.tsx" },
    minify: false,
    sourcemap: false,
    write: false,
  });
  return result.outputFiles;
}

function serve(files: readonly OutputFile[]): Server {
  return createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    if (url.pathname === "/") {
      const nonce = randomBytes(16).toString("base64");
      response.setHeader("Content-Type", "text/html; charset=utf-8");
      if (url.searchParams.get("policy") !== "none") response.setHeader("Content-Security-Policy", strictPolicy(nonce));
      response.end(skeleton(nonce, (url.searchParams.get("theme") ?? "dark") as Theme));
      return;
    }
    const file = files.find((one) => one.path.endsWith(url.pathname));
    response.statusCode = file === undefined ? 404 : 200;
    response.setHeader("Content-Type", TYPES[url.pathname.split(".").at(-1) ?? ""] ?? "text/plain");
    response.end(file?.contents);
  });
}

const TYPES: Readonly<Record<string, string>> = { js: "text/javascript", css: "text/css", ttf: "font/ttf" };

function strictPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "img-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    "font-src 'self'",
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

const STATE_KEY = Buffer.alloc(32, 5).toString("base64");

/** As the extension host writes it, with a stand-in for the function that VS Code puts into the page. */
function skeleton(nonce: string, theme: Theme): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<style nonce="${nonce}">${themeStyle(theme)}</style>
<link rel="stylesheet" nonce="${nonce}" href="/webview.css">
</head>
<body class="${THEME_CLASS[theme]}" data-state-key="${STATE_KEY}">
<div id="root"></div>
<script nonce="${nonce}">
  function acquireVsCodeApi() {
    return {
      postMessage: (message) => window.posted(message),
      getState: () => JSON.parse(sessionStorage.state ?? "null") ?? undefined,
      setState: (state) => { sessionStorage.state = JSON.stringify(state); },
    };
  }
</script>
<script type="module" nonce="${nonce}" src="/webview.js"></script>
</body>
</html>`;
}
