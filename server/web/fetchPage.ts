import { type LookupAddress, lookup } from "node:dns";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { Clock } from "../util/clock.ts";
import { causeOf, DuckError } from "../util/errors.ts";
import { isPrivateAddress, saysPrivate } from "./addresses.ts";

export interface FetchedPage {
  /** Where it was found in the end. */
  readonly url: string;
  /** "text/html", without parameters. */
  readonly contentType: string;
  readonly text: string;
}

export interface FetchOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const MAX_BYTES = 1024 * 1024;
const MAX_MS = 20_000;
const MAX_REDIRECTS = 5;

/**
 * Fetches one page whose address a person has agreed to: http or https, from that host alone, without cookies, and not from
 * a private address behind a public name. Throws DuckError: "invalidRequest" for an address or page that is not taken,
 * "notFound" for what the network or the host refused, "timedOut".
 */
export async function fetchPage(address: string, { clock, signal }: FetchOptions): Promise<FetchedPage> {
  const stop = new AbortController();
  const late = new DuckError("timedOut", `${hostOf(address)} did not send the page within ${MAX_MS / 1000} seconds.`);
  const cancelTimer = clock.after(MAX_MS, () => stop.abort(late));
  const ended = AbortSignal.any([signal, stop.signal]);
  try {
    return await followed(parse(address), ended);
  } catch (error) {
    if (stop.signal.aborted) throw late;
    signal.throwIfAborted();
    if (error instanceof DuckError) throw error;
    const host = hostOf(address);
    throw new DuckError("notFound", `${host} could not be reached: ${causeOf(error)}.`, { cause: error });
  } finally {
    cancelTimer();
    stop.abort();
  }
}

async function followed(start: URL, signal: AbortSignal): Promise<FetchedPage> {
  let url = start;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await ask(url, signal);
    const { statusCode = 0, headers } = response;
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
      response.destroy();
      url = redirected(url, headers.location);
      continue;
    }
    if (statusCode !== 200) {
      response.destroy();
      throw new DuckError("notFound", `${url.host} answered with status ${statusCode}. Check the address.`);
    }
    const contentType = (headers["content-type"] ?? "text/plain").split(";", 1)[0]?.trim().toLowerCase() ?? "";
    if (!TEXT.test(contentType)) {
      response.destroy();
      throw new DuckError(
        "invalidRequest",
        `${url.href} is ${contentType || "no text"}, so it cannot be added as text.`,
      );
    }
    return { url: url.href, contentType, text: decoded(await bodyOf(response), headers["content-type"] ?? "") };
  }
  throw new DuckError("invalidRequest", `${start.host} sends on again and again.`);
}

const TEXT = /^(text\/|application\/(json|xml|xhtml\+xml|javascript|yaml|toml)|application\/[\w.-]+\+(json|xml)$)/;

function parse(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new DuckError("invalidRequest", "Only addresses that begin with https:// or http:// can be fetched.");
  }
  if (url.username !== "" || url.password !== "") {
    throw new DuckError("invalidRequest", "The address holds a user name or password. Leave that out.");
  }
  return url;
}

/** From http to https of the same host, or within it. */
function redirected(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
  if (to === undefined) throw new DuckError("invalidRequest", `${from.host} sends on to nowhere.`);
  const isSame = to.hostname === from.hostname && (to.port === from.port || (from.port === "" && to.port === ""));
  if (!isSame || (from.protocol === "https:" && to.protocol !== "https:")) {
    throw new DuckError(
      "invalidRequest",
      `${from.host} sends on to ${to.href}. If you want that page, name its address instead.`,
    );
  }
  return parse(to.href);
}

function ask(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const request = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      signal,
      lookup: saysPrivate(url.hostname) ? lookup : publicLookup,
      agent: false,
      headers: { accept: "text/html, text/plain, application/json;q=0.9", "accept-encoding": "gzip, deflate, br" },
    });
    asked.once("response", resolve);
    asked.once("error", reject);
    asked.end();
  });
}

/** Looks a public name up and refuses what lies in a private network: the address that is asked is the one looked at. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, options, (error, found: string | LookupAddress[], family?: number) => {
    const addresses = typeof found === "string" ? [found] : (found ?? []).map(({ address }) => address);
    const inside = error ? undefined : addresses.find(isPrivateAddress);
    if (inside === undefined) return callback(error, found as never, family);
    const refusal = new DuckError(
      "invalidRequest",
      `${hostname} leads to ${inside}, an address of this computer or of a private network. To fetch it all the same, name that address.`,
    );
    callback(refusal, "", 4);
  });
};

/** At most the first mebibyte, unpacked. */
async function bodyOf(response: IncomingMessage): Promise<Buffer> {
  const unpack = { gzip: createGunzip, deflate: createInflate, br: createBrotliDecompress }[
    response.headers["content-encoding"] ?? ""
  ];
  const stream = unpack === undefined ? response : response.pipe(unpack());
  response.once("error", (error) => stream.destroy(error));
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of stream) {
    const bytes = Buffer.from(piece);
    pieces.push(bytes.subarray(0, MAX_BYTES - length));
    length += bytes.length;
    if (length >= MAX_BYTES) break;
  }
  response.destroy();
  return Buffer.concat(pieces);
}

function decoded(bytes: Buffer, contentType: string): string {
  const charset = /charset="?([\w-]+)/i.exec(contentType)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address.slice(0, 200);
}
