import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { credentialOf } from "./credential.ts";

export interface PagesOptions {
  /** Reads a file of the page by its name; rejects when there is none. */
  readonly read: (name: string) => Promise<Buffer>;
  /** A token for a page that shows its code; undefined when the code is not good. */
  readonly admit: (code: string) => Promise<string | undefined>;
  /** Whether a token lets its owner in. Throws while that cannot be known. */
  readonly isGood: (token: string) => Promise<boolean>;
}

const FILES: Readonly<Record<string, { readonly name: string; readonly type: string }>> = {
  "/webview.js": { name: "webview.js", type: "text/javascript; charset=utf-8" },
  "/webview.css": { name: "webview.css", type: "text/css; charset=utf-8" },
  "/page.css": { name: "page.css", type: "text/css; charset=utf-8" },
  "/codicon.ttf": { name: "codicon.ttf", type: "font/ttf" },
  "/duck.svg": { name: "duck.svg", type: "image/svg+xml" },
};

const MOST_BYTES = 1024;
const session = z.object({ code: z.string().max(100) });

/**
 * The panel as a page: the files that the editor shows, and a token in exchange for the code of its address. The request has been looked
 * at already: it names this very address, and comes from no other page. Answers false to what is not part of the page.
 */
export class Pages {
  readonly #options: PagesOptions;

  constructor(options: PagesOptions) {
    this.#options = options;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const path = request.url?.split("?", 1)[0] ?? "";
    if (path === "/session") {
      if (request.method === "GET") await this.#look(request, response);
      else await this.#session(request, response);
      return true;
    }
    if (request.method !== "GET" && request.method !== "HEAD") return false;
    if (path === "/") {
      send(
        response,
        200,
        "text/html; charset=utf-8",
        request.method === "HEAD" ? "" : page(request.headers.host ?? ""),
      );
      return true;
    }
    const file = Object.hasOwn(FILES, path) ? FILES[path] : undefined;
    if (file === undefined) return false;
    const bytes = await this.#options.read(file.name).catch(() => undefined);
    if (bytes === undefined) return false;
    send(response, 200, file.type, request.method === "HEAD" ? "" : bytes);
    return true;
  }

  /** A page that cannot come back asks whether it ever will: 200 yes, 401 no, 503 not known yet. */
  async #look(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const token = credentialOf(request.headers);
    const isGood = token !== undefined && (await this.#options.isGood(token).catch(() => undefined));
    const status = isGood === undefined ? 503 : isGood ? 200 : 401;
    if (status === 401) response.setHeader("www-authenticate", "Bearer");
    send(response, status, "text/plain", "");
  }

  /** Only a page of this very address may ask: a browser says so in Origin, and cannot be made to leave that out. */
  async #session(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const isAsked = request.method === "POST" && request.headers["content-type"] === "application/json";
    if (!isAsked || request.headers.origin === undefined) return send(response, 403, "text/plain", "Forbidden\n");
    const parsed = session.safeParse(await jsonOf(request));
    const token = parsed.success ? await this.#options.admit(parsed.data.code) : undefined;
    if (token === undefined) return send(response, 403, "text/plain", "The link was used already, or is too old.\n");
    send(response, 200, "application/json", JSON.stringify({ token }));
  }
}

/** Undefined when it is none, or too long. */
async function jsonOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const piece of request) {
    text += piece;
    if (text.length > MOST_BYTES) return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Plain answers of the gateway: nothing of them is kept, framed, sniffed or seen by other pages. */
export function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response
    .writeHead(status, {
      "content-type": type,
      "content-length": Buffer.byteLength(body),
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
      ...(type.startsWith("text/html") && { "content-security-policy": POLICY }),
    })
    .end(body);
}

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

function page(host: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/duck.svg">
<link rel="stylesheet" href="/page.css">
<link rel="stylesheet" href="/webview.css">
<title>RubberDuck</title>
</head>
<body data-workspace="${host.replace(/[^\w.:[\]-]/g, "")}" data-gateway="/socket">
<div id="root"></div>
<div id="said" class="page-said" role="status"></div>
<script type="module" src="/webview.js"></script>
</body>
</html>
`;
}
