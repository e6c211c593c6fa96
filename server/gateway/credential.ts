import type { IncomingHttpHeaders } from "node:http";

/** Before the token in the subprotocols that the official client offers. */
const AUTH_TOKEN_PREFIX = "base64url.bearer.phx.";

/** What a client shows: Phoenix's `authToken`, or `Authorization: Bearer`. Never from the address, which logs keep. */
export function credentialOf(headers: IncomingHttpHeaders): string | undefined {
  const offered = headers["sec-websocket-protocol"]?.split(",").map((name) => name.trim()) ?? [];
  const encoded = offered.find((name) => name.startsWith(AUTH_TOKEN_PREFIX))?.slice(AUTH_TOKEN_PREFIX.length);
  if (encoded !== undefined) return Buffer.from(encoded, "base64url").toString("utf8");
  return /^Bearer (\S+)$/i.exec(headers.authorization ?? "")?.[1];
}
