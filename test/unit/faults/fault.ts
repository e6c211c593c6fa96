import type { DuckErrorCode } from "../../../server/protocol/errors.ts";
import { delta, type Reply } from "../../fakes/modelServer.ts";

/** What an endpoint does wrong, and what must come of it. */
export interface Fault {
  readonly name: string;
  readonly reply: Reply;
  readonly expect: Outcome;
  /** Silence: once `after` has arrived, this fake time passes until it is given up. */
  readonly silence?: { readonly after: string; readonly ms: number };
  /** Takes a second: met once only, so nothing is shown about the breaker. */
  readonly costly?: boolean;
  /** No key is configured. */
  readonly keyless?: boolean;
}

export interface Outcome {
  /** Absent: it succeeds all the same. */
  readonly code?: DuckErrorCode;
  /** The cause, as the message must name it. */
  readonly says?: RegExp;
  /** The text that must have arrived. */
  readonly text?: string;
  /** Requests that one message makes; 1 unless told. */
  readonly requests?: number;
  /** Whether it counts towards opening the breaker; false unless told. */
  readonly opensBreaker?: boolean;
}

type RawReply = Reply & { readonly type: "raw" };
type Special = Omit<Fault, "name" | "reply" | "expect"> & Pick<RawReply, "headers" | "ending">;

/** Put where an endpoint might echo it; must never be shown. */
export const KEY = "sk-test-Zm9vYmFy-0123456789";

/** An error object with the key, control characters and more text than anybody wants to see. */
export const ECHO = {
  error: { message: `You sent the key ${KEY}. \u202e\u0007${"and on ".repeat(100)}`, type: "test" },
};

export const WEB_PAGE = `<!doctype html><html><body><h1>Welcome ${KEY}</h1>${"<p>text</p>".repeat(200)}</body></html>`;

export const HALF = delta({ content: "Half" });

export const unavailable = (says: RegExp): Outcome => ({
  code: "modelUnavailable",
  says,
  requests: 3,
  opensBreaker: true,
});
export const brokenOff = (says: RegExp): Outcome => ({ ...unavailable(says), requests: 1, text: "Half" });
export const notTheApi = (says: RegExp): Outcome => ({ code: "modelProtocol", says, opensBreaker: true });
export const silent = (says: RegExp): Outcome => ({ code: "timedOut", says, opensBreaker: true });
export const answers = (text = "Quack."): Outcome => ({ text });

export function status(code: number, body: unknown = ECHO, headers: Record<string, string> = {}): Reply {
  return { type: "status", status: code, headers, body: typeof body === "string" ? body : JSON.stringify(body) };
}

/** A fault of an event stream. The chunks are kept, since a fault is met more than once. */
export function stream(
  name: string,
  expect: Outcome,
  chunks: Iterable<string | Uint8Array>,
  special: Special = {},
): Fault {
  const { headers, ending, ...rest } = special;
  return { name, expect, reply: { type: "raw", headers, ending, chunks: [...chunks] }, ...rest };
}

/** A fault of an answer that is one JSON document. */
export function document(name: string, expect: Outcome, content: unknown, special: Special = {}): Fault {
  const chunk = typeof content === "string" || content instanceof Uint8Array ? content : JSON.stringify(content);
  return stream(name, expect, [chunk], {
    ...special,
    headers: { "content-type": "application/json", ...special.headers },
  });
}
