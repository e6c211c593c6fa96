import type { Endpoint } from "./endpoint.ts";
import { boundedBody, dataEvents, isAbort } from "./eventStream.ts";
import { clean, ModelError, notTheApi, statusError } from "./modelErrors.ts";
import { networkError } from "./networkErrors.ts";

/**
 * The fetch that the library gets: it talks to one origin only, follows no redirect, sends no header but its own, and
 * bounds what it reads. The library wraps and partly loses what a fetch throws, hence `failure`.
 */
export class EndpointFetch {
  /** What ended the last request, already in the user's words. */
  failure: ModelError | undefined;
  readonly #endpoint: Endpoint;
  readonly #now: () => Date;
  readonly #onActivity: () => void;

  constructor(endpoint: Endpoint, now: () => Date, onActivity: () => void) {
    this.#endpoint = endpoint;
    this.#now = now;
    this.#onActivity = onActivity;
  }

  readonly fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    this.failure = undefined;
    try {
      return await this.#send(new URL(input instanceof Request ? input.url : input), init);
    } catch (error) {
      if (isAbort(error) || init.signal?.aborted) throw error;
      this.failure = error instanceof ModelError ? error : networkError(this.#endpoint, error);
      throw this.failure;
    }
  };

  async #send(url: URL, init: RequestInit): Promise<Response> {
    if (url.origin !== this.#endpoint.origin) throw notTheApi(this.#endpoint, "was left for another host");
    const { method, body, signal } = init;
    const headers = this.#headers();
    const response = await fetch(url, { method, body, signal, headers, redirect: "manual" });
    this.#onActivity();
    if (response.ok) return this.#checked(response);
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      throw this.#redirected(response);
    }
    const text = response.body ? await this.#readError(response.body) : "";
    throw statusError(this.#endpoint, response.status, response.headers, text, this.#now());
  }

  /** Written anew: the library's own headers tell system, architecture and versions, and take more from the environment. */
  #headers(): Headers {
    const headers = new Headers({
      accept: "text/event-stream, application/json",
      "content-type": "application/json",
      "user-agent": "RubberDuck",
    });
    const { apiKey, keyHeader } = this.#endpoint;
    if (apiKey) headers.set(keyHeader, keyHeader === "authorization" ? `Bearer ${apiKey}` : apiKey);
    return headers;
  }

  async #checked(response: Response): Promise<Response> {
    const type = (response.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
    const isEvents = type === "text/event-stream" || type === "";
    if (!isEvents && !isJson(type)) {
      await response.body?.cancel();
      throw notTheApi(
        this.#endpoint,
        type === "text/html" ? "answered with a web page" : `answered with ${clean(this.#endpoint, type, 60)}`,
      );
    }
    if (!response.body) return response;
    const bytes = boundedBody(response.body, this.#endpoint, this.#onActivity);
    const body = isEvents ? dataEvents(bytes, this.#endpoint) : bytes;
    return new Response(toStream(body), { status: response.status, headers: { "content-type": type } });
  }

  #redirected(response: Response): ModelError {
    const location = response.headers.get("location") ?? "";
    const target = URL.canParse(location, this.#endpoint.baseUrl)
      ? new URL(location, this.#endpoint.baseUrl)
      : undefined;
    const where = target ? ` to ${clean(this.#endpoint, target.origin + target.pathname, 200)}` : "";
    return new ModelError(
      "modelProtocol",
      `${this.#endpoint.host} answered ${response.status}: a redirect${where}. It was not followed, so that key and prompt go nowhere else. If you trust that address, set it as the base URL.`,
    );
  }

  async #readError(body: ReadableStream<Uint8Array>): Promise<string> {
    const decoder = new TextDecoder();
    let text = "";
    for await (const bytes of boundedBody(body, this.#endpoint, this.#onActivity)) {
      text += decoder.decode(bytes, { stream: true });
      if (text.length >= MAX_ERROR_CHARS) break;
    }
    return text.slice(0, MAX_ERROR_CHARS);
  }
}

/** Reads nothing ahead and waits for nothing on cancel: a silent endpoint must not hold up whoever stops listening. */
function toStream(bytes: AsyncGenerator<Uint8Array>): ReadableStream {
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await bytes.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel() {
        bytes.return(undefined).catch(() => undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

/** Enough for any error object; the rest of an error page is of no use. */
const MAX_ERROR_CHARS = 16 * 1024;

export function isJson(contentType: string): boolean {
  return /^application\/([\w.-]+\+)?json$/.test(contentType);
}
