import { z } from "zod";
import type { DiscoveredEndpoint } from "../protocol/requests.ts";
import type { Clock } from "../util/clock.ts";

export interface DiscoverOptions {
  readonly clock: Clock;
  readonly fetch?: typeof fetch;
  /** Other ports than the servers' defaults. */
  readonly ports?: Partial<Record<Server["label"], number>>;
}

/**
 * Model servers on this machine: the default ports are each asked once for their list of models, and for nothing else.
 * Only an answer of exactly the right shape counts, since other programs use these ports too.
 */
export async function discover(options: DiscoverOptions): Promise<DiscoveredEndpoint[]> {
  const found = await Promise.all(SERVERS.map((server) => ask(server, options)));
  return found.filter((endpoint) => endpoint !== undefined);
}

interface Server {
  readonly label: "Ollama" | "LM Studio" | "llama.cpp" | "vLLM";
  readonly port: number;
  readonly path: string;
  readonly models: (json: unknown) => readonly string[] | undefined;
}

const SERVERS: readonly Server[] = [
  { label: "Ollama", port: 11434, path: "/api/tags", models: ollamaModels },
  { label: "LM Studio", port: 1234, path: "/v1/models", models: openAiModels },
  { label: "llama.cpp", port: 8080, path: "/v1/models", models: openAiModels },
  { label: "vLLM", port: 8000, path: "/v1/models", models: openAiModels },
];

/** Loopback answers within a few milliseconds or not at all. */
const TIMEOUT_MS = 500;

/** Ollama with 1,000 models stays below this. */
const MAX_CHARS = 1024 * 1024;

async function ask(server: Server, options: DiscoverOptions): Promise<DiscoveredEndpoint | undefined> {
  const origin = `http://127.0.0.1:${options.ports?.[server.label] ?? server.port}`;
  const timeout = new AbortController();
  const cancelTimer = options.clock.after(TIMEOUT_MS, () => timeout.abort());
  try {
    const response = await (options.fetch ?? fetch)(origin + server.path, {
      redirect: "error",
      signal: timeout.signal,
    });
    const models = response.ok ? server.models(JSON.parse(await readText(response))) : undefined;
    return models && { label: server.label, baseUrl: `${origin}/v1`, models };
  } catch {
    // Nobody there, or somebody else: both mean that there is nothing to offer.
    return undefined;
  } finally {
    cancelTimer();
    timeout.abort();
  }
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length > MAX_CHARS) throw new Error("not a list of models");
  }
  return text;
}

function ollamaModels(json: unknown): readonly string[] | undefined {
  return OllamaTags.safeParse(json).data?.models.map((model) => model.name);
}

function openAiModels(json: unknown): readonly string[] | undefined {
  return OpenAiModels.safeParse(json).data?.data.map((model) => model.id);
}

const OllamaTags = z.object({ models: z.array(z.object({ name: z.string() })) });
const OpenAiModels = z.object({ object: z.literal("list"), data: z.array(z.object({ id: z.string() })) });
