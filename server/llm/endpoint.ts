import { DuckError } from "../util/errors.ts";

export interface EndpointSettings {
  /** Base URL of an OpenAI-compatible API, with its version path. */
  readonly baseUrl: string;
  /** Model name as the endpoint knows it; "" while none is chosen, which is enough to list models. */
  readonly name: string;
  readonly apiKey?: string;
  /** Tokens; overrides what is assumed or learned. */
  readonly contextWindowTokens?: number;
  /** Whether tools are offered; auto, the default: until the endpoint refuses them. */
  readonly tools?: "auto" | "on" | "off";
  /** Whether the model takes pictures; absent: by its name. */
  readonly images?: "auto" | "on" | "off";
}

/** Settings that were checked: what a request needs, and what messages call it. */
export interface Endpoint {
  /** Without query and trailing slash. */
  readonly baseUrl: string;
  readonly query: Readonly<Record<string, string>>;
  readonly origin: string;
  /** Host with port, as messages name it. */
  readonly host: string;
  readonly name: string;
  readonly apiKey?: string;
  /** Azure takes the key in a header of its own. */
  readonly keyHeader: "authorization" | "api-key";
  readonly contextWindowTokens?: number;
  readonly tools?: "auto" | "on" | "off";
  /** Whether the model takes pictures; absent: by its name. */
  readonly images?: "auto" | "on" | "off";
}

/** Throws DuckError modelNotConfigured, saying what to change. */
export function parseEndpoint(settings: EndpointSettings): Endpoint {
  const url = parseUrl(settings.baseUrl);
  const azure = url.hostname.endsWith(".azure.com") || url.searchParams.has("api-version");
  if (url.search !== "" && !azure) throw unusable("leave out the part from '?' on");
  return {
    baseUrl: (url.origin + url.pathname).replace(/(\/chat\/completions)?\/*$/, ""),
    query: Object.fromEntries(url.searchParams),
    origin: url.origin,
    host: url.host,
    name: settings.name.trim(),
    apiKey: checkKey(settings.apiKey, url),
    keyHeader: azure ? "api-key" : "authorization",
    contextWindowTokens: settings.contextWindowTokens,
    tools: settings.tools,
    images: settings.images,
  };
}

function parseUrl(baseUrl: string): URL {
  const text = baseUrl.trim();
  if (!URL.canParse(text)) throw unusable("it must look like https://api.openai.com/v1 or http://127.0.0.1:11434/v1");
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") throw unusable("it must begin with https:// or http://");
  if (url.username !== "" || url.password !== "") {
    throw unusable("leave out user name and password; a key is set with 'RubberDuck: Set API Key'");
  }
  if (url.hash !== "") throw unusable("leave out the part from '#' on");
  return url;
}

/** The characters are checked here because fetch would put a key it cannot send into its error message. */
function checkKey(apiKey: string | undefined, url: URL): string | undefined {
  const key = apiKey?.trim();
  if (!key) return undefined;
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new DuckError(
      "modelNotConfigured",
      "The API key holds a space, line break or letter that keys never have. Run 'RubberDuck: Set API Key' again.",
    );
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw new DuckError(
      "modelNotConfigured",
      `The API key would travel unencrypted to ${url.host}. Use an https:// base URL, or remove the key.`,
    );
  }
  return key;
}

export function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

function unusable(remedy: string): DuckError {
  return new DuckError("modelNotConfigured", `The base URL of the model cannot be used: ${remedy}.`);
}
