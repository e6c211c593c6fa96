import type { DuckErrorCode } from "../protocol/errors.ts";
import { DuckError } from "../util/errors.ts";
import { isContextTooLong, statedContextWindow } from "./contextErrors.ts";
import type { Endpoint } from "./endpoint.ts";

/** An endpoint's failure: a message for the person, and what resilience.ts decides by. */
export class ModelError extends DuckError {
  /** Whether the same request may succeed a little later. */
  readonly retryable: boolean;
  /** How long the endpoint asks to wait. */
  readonly retryAfterMs?: number;
  /** The context window that the endpoint named in its refusal. */
  readonly contextWindowTokens?: number;
  /** The endpoint's own words, cleaned, at most {@link MAX_DETAIL_CHARS}: for decisions, not for display. */
  readonly detail: string;

  constructor(code: DuckErrorCode, message: string, facts: ModelErrorFacts = {}) {
    super(code, message, { cause: facts.cause });
    this.retryable = facts.retryable ?? false;
    this.retryAfterMs = facts.retryAfterMs;
    this.contextWindowTokens = facts.contextWindowTokens;
    this.detail = facts.detail ?? "";
  }
}

interface ModelErrorFacts {
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
  readonly contextWindowTokens?: number;
  readonly detail?: string;
  readonly cause?: unknown;
}

/** An answer that is not 2xx. `body` is its text, cut. */
export function statusError(endpoint: Endpoint, status: number, headers: Headers, body: string, now: Date): ModelError {
  const detail = detailOf(endpoint, body);
  if (status !== 401 && status !== 403 && status !== 429 && isContextTooLong(body)) {
    return contextTooLong(endpoint, body, detail);
  }
  const retryAfterMs = retryAfter(headers, now);
  const answered = `${endpoint.host} answered ${status}`;
  const said = saying(detail);
  const unknown = endpoint.name === "" ? "it has no list of models" : `it has no model "${endpoint.name}"`;
  switch (status) {
    case 401:
      return new ModelError(
        "keyRefused",
        `${answered}: ${endpoint.apiKey ? "the key was refused" : "it asks for a key"}. Run 'RubberDuck: Set API Key'.`,
      );
    case 402:
      return new ModelError("modelRefused", `${answered}: the account has no credit left.${said}`, { detail });
    case 403:
      return new ModelError(
        "keyRefused",
        `${answered}: this key may not use "${endpoint.name}". Run 'RubberDuck: Set API Key' or 'RubberDuck: Choose Model'.${said}`,
      );
    case 404:
      return new ModelError(
        "modelRefused",
        `${answered}: ${unknown}, or its base URL is another one (many end with /v1). Run 'RubberDuck: Choose Model'.${said}`,
      );
    case 405:
      return notTheApi(endpoint, "answered 405");
    case 408:
      return new ModelError("modelUnavailable", `${answered}: it gave up waiting. Try again.`, { retryable: true });
    case 413:
      return new ModelError("modelRefused", `${answered}: the message is larger than it takes. Send less.${said}`);
    case 429:
      return rateLimited(endpoint, detail, retryAfterMs, answered);
  }
  if (status >= 500) {
    const message = `${answered}: the server failed. Try again in a moment.${said}`;
    return new ModelError("modelUnavailable", message, { retryable: true, retryAfterMs, detail });
  }
  return new ModelError("modelRefused", `${answered}: it refused the request.${said}`, { detail });
}

/** An error that came as data, inside a stream or as the whole answer of a 200. */
export function statedError(endpoint: Endpoint, error: unknown): ModelError {
  const body = JSON.stringify({ error }) ?? "";
  const detail = detailOf(endpoint, body);
  if (isContextTooLong(body)) return contextTooLong(endpoint, body, detail);
  const kind = body.slice(0, 2000);
  const reported = `${endpoint.host} reported an error`;
  if (/rate_?limit|too_many_requests|"code":"?429/i.test(kind))
    return rateLimited(endpoint, detail, undefined, reported);
  if (/"code":"?40[13]|invalid_api_key|authentication_error|permission_error/i.test(kind)) {
    return new ModelError("keyRefused", `${reported}: the key was refused. Run 'RubberDuck: Set API Key'.`);
  }
  if (/"code":"?(400|404|413|422)|invalid_request_error|not_found_error/i.test(kind)) {
    return new ModelError("modelRefused", `${reported}: it refused the request.${saying(detail)}`, { detail });
  }
  return new ModelError("modelUnavailable", `${reported}: the server failed.${saying(detail)}`, {
    retryable: true,
    detail,
  });
}

/** Whatever answers there, it does not speak the API. `what` continues the host's name: "answered with a web page". */
export function notTheApi(endpoint: Endpoint, what: string, cause?: unknown): ModelError {
  return new ModelError(
    "modelProtocol",
    `${endpoint.host} ${what}, which is not the OpenAI API. Check the base URL: it often has to end with /v1.`,
    { cause },
  );
}

/** The endpoint's own words for a person: no control or direction characters, no key, at most `maxChars`. */
export function clean(endpoint: Endpoint, text: string, maxChars: number): string {
  const withoutKey = endpoint.apiKey ? text.replaceAll(endpoint.apiKey, "[key]") : text;
  const plain = withoutKey.replace(/[\s\p{Cc}\p{Cf}\p{Cs}\p{Co}]+/gu, " ").trim();
  return plain.length > maxChars ? `${plain.slice(0, maxChars - 1).toWellFormed()}…` : plain;
}

/** "40 seconds", "2 minutes", "1.5 hours". */
export function inWords(ms: number): string {
  if (ms < 90_000) return count(Math.ceil(ms / 1000), "second");
  if (ms < 3_600_000) return count(Math.ceil(ms / 60_000), "minute");
  return count(Math.ceil(ms / 360_000) / 10, "hour");
}

function count(amount: number, unit: string): string {
  return `${amount} ${unit}${amount === 1 ? "" : "s"}`;
}

const MAX_DETAIL_CHARS = 2000;
/** security.md: never more of a foreign body than this in a message. */
const MAX_SHOWN_CHARS = 200;

function contextTooLong(endpoint: Endpoint, body: string, detail: string): ModelError {
  const contextWindowTokens = statedContextWindow(body);
  const size = contextWindowTokens === undefined ? "" : ` of ${contextWindowTokens} tokens`;
  return new ModelError(
    "contextTooLong",
    `The prompt is larger than the context window${size} of "${endpoint.name}" at ${endpoint.host}. Send less, or choose a model with a larger window.`,
    { contextWindowTokens, detail },
  );
}

function rateLimited(
  endpoint: Endpoint,
  detail: string,
  retryAfterMs: number | undefined,
  happened: string,
): ModelError {
  if (/insufficient_quota|exceeded your current quota/i.test(detail)) {
    return new ModelError(
      "rateLimited",
      `${happened}: the quota of this key is used up. Check plan and billing at ${endpoint.host}.`,
    );
  }
  const wait = retryAfterMs ? `It asks to wait ${inWords(retryAfterMs)}.` : "Wait a moment, then try again.";
  return new ModelError("rateLimited", `${happened}: too many requests. ${wait}`, {
    retryable: true,
    retryAfterMs,
    detail,
  });
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3), or OpenAI's and Azure's own header in milliseconds. */
function retryAfter(headers: Headers, now: Date): number | undefined {
  const exact = Number.parseFloat(headers.get("retry-after-ms") ?? "");
  if (exact >= 0) return exact;
  const header = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

/** Where servers put their words: OpenAI, vLLM `error.message`; Ollama, LM Studio `error`; older vLLM `message`; FastAPI `detail`. */
function detailOf(endpoint: Endpoint, body: string): string {
  return clean(endpoint, wordsOf(body), MAX_DETAIL_CHARS);
}

function wordsOf(body: string): string {
  const json = parseObject(body);
  if (json === undefined) return /^\s*</.test(body) ? "" : body;
  const error = json.error ?? json;
  const nested = isObject(error) ? (error.message ?? error.detail ?? error) : error;
  const type = isObject(error) && typeof error.code === "string" ? ` (${error.code})` : "";
  return (typeof nested === "string" ? nested : JSON.stringify(nested)) + type;
}

function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(body);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function saying(detail: string): string {
  return detail === ""
    ? ""
    : ` It said: "${detail.length > MAX_SHOWN_CHARS ? `${detail.slice(0, MAX_SHOWN_CHARS - 1)}…` : detail}"`;
}
