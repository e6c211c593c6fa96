import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An OpenAI-compatible server on 127.0.0.1 that does what a test says. */
export interface ModelServer {
  /** With /v1, as a user would configure it. */
  readonly baseUrl: string;
  /** Every request so far, the oldest first. */
  readonly requests: readonly RecordedRequest[];
  /**
   * How chat completions are answered: one reply for all from now on; a list, one for each request, after which the
   * default is back; or a function. Without an argument: the default again.
   */
  reply(script?: Reply | readonly Reply[] | ReplyFor): void;
  /** The models that GET /models names, or any other reply to it. */
  models(list: readonly string[] | Reply): void;
  /** From now on every piece of an answer waits to be released. The headers do not wait. */
  hold(): void;
  /** Lets the next `count` pieces go, also future ones; without a count all, and ends the hold. */
  release(count?: number): void;
  /** Resolves with the next request that nobody waited for yet, as soon as it has come in whole. */
  nextRequest(): Promise<RecordedRequest>;
  /** Connections that are open now. */
  connections(): Promise<number>;
  /** Ends all connections. Again, it does nothing. */
  close(): Promise<void>;
}

export interface RecordedRequest {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON; undefined for a request without body. */
  readonly body: ChatBody | undefined;
  /** Resolves when the client is gone before the answer was complete. */
  readonly aborted: Promise<void>;
}

export interface ChatBody {
  readonly model?: string;
  readonly stream?: boolean;
  readonly messages?: readonly { readonly role: string; readonly content: string }[];
  readonly [field: string]: unknown;
}

export type ReplyFor = (request: RecordedRequest) => Reply | Promise<Reply>;

export type Reply =
  /** A well-formed answer, streamed unless `json` or the request did not ask for a stream. */
  | {
      readonly type: "answer";
      readonly pieces?: readonly string[];
      readonly finish?: string | null;
      readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number };
      readonly json?: boolean;
    }
  /** Calls of tools, streamed in two pieces each, after what was said before them. Arguments: JSON, or the text as given. */
  | {
      readonly type: "calls";
      readonly pieces?: readonly string[];
      readonly calls: readonly { readonly name: string; readonly arguments: object | string }[];
    }
  /** An error: status and, unless given, a body in OpenAI's form. */
  | {
      readonly type: "status";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** Takes the request and never says a word. */
  | { readonly type: "hang" }
  /** Bytes as given, then the end, silence with the connection open, or a cut, which a hold holds back, too. */
  | {
      readonly type: "raw";
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly chunks: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;
      readonly ending?: "end" | "hang" | "cut";
    };

/** One event of a stream: a chunk with this delta. */
export function delta(fields: Readonly<Record<string, unknown>>, finish: string | null = null): string {
  return event({ object: "chat.completion.chunk", choices: [{ index: 0, delta: fields, finish_reason: finish }] });
}

export function event(json: unknown): string {
  return `data: ${JSON.stringify(json)}\n\n`;
}

export const DONE = "data: [DONE]\n\n";

export async function startModelServer(): Promise<ModelServer> {
  const requests: RecordedRequest[] = [];
  const arrivals = new Queue<RecordedRequest>();
  const gate = new Gate();
  let replyFor: ReplyFor = echo;
  let modelsReply: Reply = modelList(["duck-1", "duck-2"]);

  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const recorded = await record(request, response);
    requests.push(recorded);
    arrivals.push(recorded);
    const path = recorded.url.split("?")[0] ?? "";
    if (path.endsWith("/models")) await send(modelsReply, recorded, response, gate);
    else if (path.endsWith("/completions")) await send(await replyFor(recorded), recorded, response, gate);
    else await send({ type: "status", status: 404 }, recorded, response, gate);
  }

  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    reply(script) {
      replyFor = toReplyFor(script);
    },
    models(list) {
      modelsReply = "type" in list ? list : modelList(list);
    },
    hold: () => gate.close(),
    release: (count) => gate.open(count),
    nextRequest: () => arrivals.shift(),
    connections: () => new Promise((resolve) => server.getConnections((_, count) => resolve(count))),
    async close() {
      if (!server.listening) return;
      gate.open();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function toReplyFor(script: Reply | readonly Reply[] | ReplyFor | undefined): ReplyFor {
  if (script === undefined) return echo;
  if (typeof script === "function") return script;
  if ("type" in script) return () => script;
  const rest = [...script];
  return (request) => rest.shift() ?? echo(request);
}

/** A short Markdown answer that repeats the last user message. */
function echo(request: RecordedRequest): Reply {
  const asked = request.body?.messages?.findLast((message) => message.role === "user")?.content ?? "";
  return { type: "answer", pieces: ["**Quack.** ", "You said:\n\n", `> ${asked}`, "\n\n`ok`"] };
}

function modelList(ids: readonly string[]): Reply {
  const data = ids.map((id) => ({ id, object: "model", created: 0, owned_by: "test" }));
  return raw([JSON.stringify({ object: "list", data })], "application/json");
}

function raw(chunks: readonly string[], contentType: string): Reply {
  return { type: "raw", headers: { "content-type": contentType }, chunks };
}

async function record(request: IncomingMessage, response: ServerResponse): Promise<RecordedRequest> {
  const aborted = new Promise<void>((resolve) => {
    response.once("close", () => {
      if (!response.writableFinished) resolve();
    });
  });
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  const { method = "", url = "", headers } = request;
  return { method, url, headers, body: text === "" ? undefined : JSON.parse(text), aborted };
}

async function send(reply: Reply, request: RecordedRequest, response: ServerResponse, gate: Gate): Promise<void> {
  switch (reply.type) {
    case "hang":
      return;
    case "status": {
      const body = reply.body ?? JSON.stringify({ error: { message: `status ${reply.status}`, type: "test_error" } });
      response.writeHead(reply.status, { "content-type": "application/json", ...reply.headers }).end(body);
      return;
    }
    case "calls":
      return send(callsToRaw(reply), request, response, gate);
    case "answer":
      return send(toRaw(reply, request), request, response, gate);
    case "raw": {
      response.writeHead(reply.status ?? 200, { "content-type": "text/event-stream", ...reply.headers });
      response.flushHeaders();
      for await (const chunk of reply.chunks) {
        await gate.pass();
        if (response.destroyed) return;
        if (!response.write(chunk)) await Promise.race([once(response, "drain"), once(response, "close")]);
      }
      if (reply.ending === "hang") return;
      if (reply.ending !== "cut") response.end();
      else {
        await gate.pass();
        response.destroy();
      }
    }
  }
}

function callsToRaw({ pieces = [], calls }: Reply & { type: "calls" }): Reply {
  const chunks = calls.flatMap((call, index) => {
    const json = typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments);
    const half = Math.ceil(json.length / 2);
    const begin = {
      index,
      id: `call_${index}`,
      type: "function",
      function: { name: call.name, arguments: json.slice(0, half) },
    };
    return [begin, { index, function: { arguments: json.slice(half) } }].map((piece) => delta({ tool_calls: [piece] }));
  });
  const said = pieces.map((content) => delta({ content }));
  const usage = event({ choices: [], usage: { prompt_tokens: 20, completion_tokens: 5 } });
  return raw(
    [delta({ role: "assistant", content: "" }), ...said, ...chunks, delta({}, "tool_calls"), usage, DONE],
    "text/event-stream",
  );
}

function toRaw(reply: Reply & { type: "answer" }, request: RecordedRequest): Reply {
  const pieces = reply.pieces ?? ["Quack."];
  const finish = reply.finish === undefined ? "stop" : reply.finish;
  const usage = reply.usage ?? { prompt_tokens: 12, completion_tokens: pieces.length };
  if (reply.json || request.body?.stream !== true) {
    const message = { role: "assistant", content: pieces.join("") };
    return raw(
      [JSON.stringify({ choices: [{ index: 0, message, finish_reason: finish }], usage })],
      "application/json",
    );
  }
  return raw(
    [
      delta({ role: "assistant", content: "" }),
      ...pieces.map((content) => delta({ content })),
      ...(finish === null ? [] : [delta({}, finish)]),
      ...(request.body.stream_options === undefined ? [] : [event({ choices: [], usage })]),
      DONE,
    ],
    "text/event-stream",
  );
}

/** Holds pieces back until a test lets them go. */
class Gate {
  #closed = false;
  #tickets = 0;
  readonly #waiting: (() => void)[] = [];

  close(): void {
    this.#closed = true;
  }

  open(count?: number): void {
    if (count === undefined) {
      this.#closed = false;
      this.#tickets = 0;
      for (const go of this.#waiting.splice(0)) go();
      return;
    }
    for (let left = count; left > 0; left--) {
      const go = this.#waiting.shift();
      if (go) go();
      else this.#tickets++;
    }
  }

  async pass(): Promise<void> {
    if (!this.#closed) return;
    if (this.#tickets > 0) this.#tickets--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

/** Values in order, for whoever asks first. */
class Queue<T> {
  readonly #values: T[] = [];
  readonly #waiting: ((value: T) => void)[] = [];

  push(value: T): void {
    const next = this.#waiting.shift();
    if (next) next(value);
    else this.#values.push(value);
  }

  shift(): Promise<T> {
    const value = this.#values.shift();
    return value === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(value);
  }
}
