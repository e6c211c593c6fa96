import type { IncomingMessage } from "node:http";

/**
 * Why a request to a port of this computer is refused; undefined when it is let on to the question of its token. A page of the
 * open web can send requests here: it is told by its Origin, and one whose name was bent to this address by its Host.
 */
export function refusalOf(request: IncomingMessage, port: number): "host" | "origin" | undefined {
  const hosts = valuesOf(request, "host");
  if (hosts.length !== 1 || !OWN_NAMES.some((name) => hosts[0] === `${name}:${port}`)) return "host";
  const origins = valuesOf(request, "origin");
  if (origins.length === 0) return undefined;
  const isOurs = origins.length === 1 && OWN_NAMES.some((name) => origins[0] === `http://${name}:${port}`);
  return isOurs ? undefined : "origin";
}

const OWN_NAMES = ["127.0.0.1", "localhost", "[::1]"];

/** As they were sent: Node joins or drops what came twice. */
function valuesOf({ rawHeaders }: IncomingMessage, name: string): string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}
