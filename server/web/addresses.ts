import { BlockList, isIP } from "node:net";

/** Whether an IP address is of this computer, a private network or a cloud's metadata, rather than of the internet. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  if (family === 4) return PRIVATE.check(address, "ipv4");
  return PRIVATE.check(address, "ipv6") || !INTERNET.check(address, "ipv6");
}

/** Whether a name says by itself that it is one of those: the user sees it before it is asked. */
export function saysPrivate(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "");
  return host === "localhost" || host.endsWith(".localhost") || isPrivateAddress(host);
}

/** Translated IPv4 addresses, as an IPv6-only network names the internet's (RFC 6052). */
const TRANSLATED = "64:ff9b::";

/** IANA's special-purpose registries (RFC 6890), as far as they are not of the internet. */
const PRIVATE = new BlockList();
/** An IPv4 network is also met mapped (`::ffff:10.0.0.1`, which the list sees to by itself). */
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const) {
  PRIVATE.addSubnet(network, bits, "ipv4");
  PRIVATE.addSubnet(TRANSLATED + network, 96 + bits, "ipv6");
}
/** Of the global range: Teredo and other protocols, examples, and IPv4 in tunnels (6to4). */
for (const [network, bits] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const) {
  PRIVATE.addSubnet(network, bits, "ipv6");
}

/**
 * All that IANA has given out for the internet in IPv6: one range. What lies outside is loopback, unique local, link-local,
 * site-local, multicast, an IPv4 address in disguise (`::7f00:1`), or nobody's.
 */
const INTERNET = new BlockList();
INTERNET.addSubnet("2000::", 3, "ipv6");
INTERNET.addSubnet("::ffff:0:0", 96, "ipv6");
INTERNET.addSubnet(TRANSLATED, 96, "ipv6");
