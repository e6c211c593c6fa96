import type { IncomingMessage, ServerResponse } from "node:http";
import { credentialOf } from "./credential.ts";
import { send } from "./pages.ts";

export interface MetricsPageOptions {
  /** Whether a token lets its owner in. */
  readonly isGood: (token: string) => Promise<boolean>;
  /** Prometheus' text format. */
  readonly text: () => Promise<string>;
}

/** `GET /metrics` for whoever shows a token, as Prometheus asks: Authorization: Bearer. Answers false to anything else. */
export async function answerMetrics(
  request: IncomingMessage,
  response: ServerResponse,
  { isGood, text }: MetricsPageOptions,
): Promise<boolean> {
  if (request.method !== "GET" || request.url !== "/metrics") return false;
  const token = credentialOf(request.headers);
  if (token === undefined || !(await isGood(token))) {
    response.setHeader("www-authenticate", "Bearer");
    send(response, 401, "text/plain", "Show an access token: Authorization: Bearer TOKEN\n");
  } else send(response, 200, "text/plain; version=0.0.4; charset=utf-8", await text());
  return true;
}
