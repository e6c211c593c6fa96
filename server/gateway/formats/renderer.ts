import type { ChatEvent } from "../../protocol/events.ts";
import type { ClientType } from "../../protocol/presence.ts";
import type { Turn } from "../../protocol/transcript.ts";
import { escapeControls } from "../../util/escapeControls.ts";
import { AnsiLines, ansiOf } from "./ansi.ts";
import { HtmlBlocks, htmlOf } from "./html.ts";
import { Pieces } from "./pieces.ts";

/** How events are written for a client. json: as they are. The others are for reading: docs/gateway.md. */
export type Format = "json" | "text" | "ansi" | "html";

/** The kinds of clients that the gateway knows, and what each reads. */
export const FORMATS = { cli: "text", tui: "ansi", liveview: "html", websocket: "json" } as const satisfies Partial<
  Record<ClientType, Format>
>;
export type GatewayClient = keyof typeof FORMATS;

export function isGatewayClient(type: string): type is GatewayClient {
  return Object.hasOwn(FORMATS, type);
}

/** What a client may do besides reading whole answers. */
export interface Capabilities {
  /** Answers as they grow; else each comes whole, with its end. */
  readonly stream: boolean;
}

/** Writes one event after another for one client; undefined: nothing of it is for this one. */
export type Renderer = (event: ChatEvent) => object | undefined;

export function createRenderer(format: Format, { stream }: Capabilities): Renderer {
  if (format === "json") return (event) => (isGrowth(event) && !stream ? undefined : event);
  const answers = new Map<string, (text: string) => object>();
  return (event) => {
    if (event.type !== "text") return readable(format, event, answers);
    const grow = answers.get(event.turnId) ?? growing(format);
    answers.set(event.turnId, grow);
    const grown = grow(event.text);
    return stream ? { type: "text", turn_id: event.turnId, ...grown } : undefined;
  };
}

function isGrowth({ type }: ChatEvent): boolean {
  return type === "text" || type === "reasoning";
}

/** What is new of an answer, in its format. */
function growing(format: Exclude<Format, "json">): (text: string) => object {
  const pieces = new Pieces();
  if (format === "text") return (text) => ({ text: escapeControls(pieces.add(text)) });
  if (format === "html") {
    const blocks = new HtmlBlocks();
    return (text) => blocks.add(pieces.add(text));
  }
  const lines = new AnsiLines();
  return (text) => ({ text: lines.add(pieces.add(text)) });
}

function whole(format: Exclude<Format, "json">, markdown: string): string {
  switch (format) {
    case "text":
      return escapeControls(markdown);
    case "ansi":
      return ansiOf(markdown);
    case "html":
      return htmlOf(markdown);
  }
}

function readable(
  format: Exclude<Format, "json">,
  event: Exclude<ChatEvent, { type: "text" }>,
  answers: Map<string, unknown>,
): object | undefined {
  const plain = (text: string) => (format === "html" ? htmlText(text) : escapeControls(text));
  switch (event.type) {
    case "accepted": {
      const { seq, turnId, client, content } = event;
      return { type: "message", seq, turn_id: turnId, client_type: client, body: whole(format, content) };
    }
    case "progress":
      return { type: "progress", turn_id: event.turnId, text: plain(event.message) };
    case "step":
      return {
        type: "step",
        seq: event.seq,
        turn_id: event.turnId,
        text: plain(event.step.label),
        state: event.step.state,
      };
    case "done": {
      answers.delete(event.turnId);
      const { seq, turnId, stopReason, error, text } = event;
      const why = error && { error: plain(error.message) };
      return { type: "done", seq, turn_id: turnId, stop_reason: stopReason, body: whole(format, text), ...why };
    }
    case "titled":
      return { type: "titled", seq: event.seq, text: plain(event.title) };
    case "withdrawn":
      return { type: "withdrawn", seq: event.seq, turn_id: event.turnId };
    case "cleared":
      return { type: "cleared", seq: event.seq };
    case "forgotten":
      return { type: "forgotten", seq: event.seq, turn_ids: event.turnIds };
    case "snapshot": {
      const { title, turns, lastSeq, earlier } = event.transcript;
      return { type: "snapshot", seq: lastSeq, text: plain(title), earlier, turns: written(format, turns) };
    }
    case "earlier":
      return { type: "earlier", turns: written(format, event.turns) };
    case "deleted":
      return { type: "deleted" };
    case "caughtUp":
      return { type: "caughtUp", seq: event.seq };
    default:
      return undefined;
  }
}

function written(format: Exclude<Format, "json">, turns: readonly Turn[]): object[] {
  return turns
    .filter(({ state, forgotten }) => state !== "withdrawn" && forgotten === undefined)
    .map(({ accepted, text, state, stopReason }) => ({
      turn_id: accepted.turnId,
      client_type: accepted.client,
      message: whole(format, accepted.content),
      answer: whole(format, text),
      state,
      ...(stopReason && { stop_reason: stopReason }),
    }));
}

function htmlText(text: string): string {
  return escapeControls(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
