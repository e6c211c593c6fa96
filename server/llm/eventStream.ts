import type { Endpoint } from "./endpoint.ts";
import { ModelError, notTheApi } from "./modelErrors.ts";
import { networkError } from "./networkErrors.ts";

/**
 * The largest body that is read: an answer of 16 million tokens would fit. With {@link MAX_EVENT_CHARS} it bounds what a
 * hostile or broken endpoint can make us hold.
 */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** One event carries a few tokens; whole tool calls stay far below this. */
const MAX_EVENT_CHARS = 1024 * 1024;

/** The bytes of a body, counted after decompression; `onActivity` is called for each piece. */
export async function* boundedBody(
  body: ReadableStream<Uint8Array>,
  endpoint: Endpoint,
  onActivity: () => void,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  let total = 0;
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return;
      onActivity();
      total += value.byteLength;
      if (total > MAX_BODY_BYTES) throw tooMuch(endpoint, "an answer without end (more than 64 MiB)");
      yield value;
    }
  } catch (error) {
    throw error instanceof ModelError || isAbort(error) ? error : networkError(endpoint, error);
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

/**
 * The `data` lines of an event stream (HTML standard, 9.2.6), whole events at a time. The library would buffer an event
 * without limit, rescan it for every piece, wait for the connection to close after [DONE], and print events it cannot
 * parse to the console; so comments and other fields are dropped here and [DONE] ends the body.
 */
export async function* dataEvents(bytes: AsyncIterable<Uint8Array>, endpoint: Endpoint): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const lines = new Lines();
  let event = "";
  let sawData = false;
  let sawOther = false;
  for await (const piece of bytes) {
    let whole = "";
    for (const line of lines.push(piece)) {
      if (line === "") {
        if (event !== "") whole += `${event}\n`;
        event = "";
      } else if (/^data: ?\[DONE\]/.test(line)) {
        yield encoder.encode(`${whole}${event === "" ? "" : `${event}\n`}data: [DONE]\n\n`);
        return;
      } else if (line.startsWith("data:")) {
        sawData = true;
        event += `${line}\n`;
      } else if (line.startsWith("error:")) {
        // Older llama.cpp servers report a failure in a field of this name.
        sawData = true;
        event += `data: {"error":${line.slice("error:".length)}}\n`;
      } else if (!/^(:|event:|id:|retry:)/.test(line)) sawOther = true;
    }
    if (event.length + lines.pendingChars > MAX_EVENT_CHARS) throw tooMuch(endpoint, "a line of more than 1 MiB");
    if (whole !== "") yield encoder.encode(whole);
  }
  if (!sawData && (sawOther || lines.pendingChars > 0)) throw notTheApi(endpoint, "sent something else than events");
  if (event !== "") yield encoder.encode(`${event}\n`);
}

/** Splits bytes into lines ended by LF, CRLF or CR, wherever the bytes are cut. An unfinished last line is never given. */
class Lines {
  readonly #decoder = new TextDecoder();
  #pending = "";
  #endedWithCr = false;

  get pendingChars(): number {
    return this.#pending.length;
  }

  push(bytes: Uint8Array): string[] {
    let text = this.#decoder.decode(bytes, { stream: true });
    if (text === "") return [];
    if (this.#endedWithCr && text.startsWith("\n")) text = text.slice(1);
    if (text !== "") this.#endedWithCr = text.endsWith("\r");
    else this.#endedWithCr = false;
    // Without a line end nothing is scanned twice: the engine keeps the sum as a rope.
    if (!/[\r\n]/.test(text)) {
      this.#pending += text;
      return [];
    }
    const lines = (this.#pending + text).split(/\r\n|\n|\r/);
    this.#pending = lines.pop() ?? "";
    return lines;
  }
}

function tooMuch(endpoint: Endpoint, what: string): ModelError {
  return new ModelError("modelProtocol", `${endpoint.host} sent ${what}; it was cut off. Check what runs there.`);
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
