import type { Endpoint } from "./endpoint.ts";
import { clean, ModelError } from "./modelErrors.ts";

/** What went wrong below HTTP, in plain words. `error` is what fetch threw, with the system's error as its cause. */
export function networkError(endpoint: Endpoint, error: unknown): ModelError {
  const cause = rootCause(error);
  const code = codeOf(cause);
  const { host } = endpoint;
  const unavailable = (message: string, retryable: boolean) =>
    new ModelError("modelUnavailable", message, { retryable, cause: error });

  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return unavailable(`${host} was not found. Check the base URL and the network.`, true);
  }
  if (code === "ECONNREFUSED") {
    return unavailable(`${host} refused the connection. Is the model server running?`, true);
  }
  if (code === "EHOSTUNREACH" || code === "ENETUNREACH" || code === "ENETDOWN") {
    return unavailable(`${host} cannot be reached. Check the network.`, true);
  }
  if (code === "ETIMEDOUT" || code.endsWith("_TIMEOUT")) {
    return unavailable(`${host} did not answer in time. Try again in a moment.`, true);
  }
  if (/^(EPROTO|ERR_SSL_|ERR_TLS_(?!CERT))/.test(code)) {
    return unavailable(`${host} does not speak https. Check whether the base URL should begin with http://.`, false);
  }
  if (/CERT|SIGNATURE/.test(code)) {
    return unavailable(`The certificate of ${host} is not trusted (${code}).`, false);
  }
  if (code === "ECONNRESET" || code === "EPIPE" || code === "UND_ERR_SOCKET") {
    return unavailable(`${host} closed the connection. Try again in a moment.`, true);
  }
  if (cause instanceof Error && cause.name === "HTTPParserError") {
    return unavailable(`${host} does not speak HTTP. Check the base URL.`, false);
  }
  if (code.startsWith("Z_") || code.startsWith("ERR__") || code.startsWith("ERR_BROTLI")) {
    return unavailable(`${host} sent a damaged compressed answer (${code}).`, false);
  }
  const words = clean(endpoint, cause instanceof Error ? cause.message : String(cause), 200);
  return unavailable(`The connection to ${host} failed: ${words || "no reason given"}.`, true);
}

function rootCause(error: unknown): unknown {
  let root = error;
  while (root instanceof Error && root.cause !== undefined) root = root.cause;
  return root;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
