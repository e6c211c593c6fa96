import type { ModelConfiguration } from "../protocol/requests.ts";
import type { EmbedderConfiguration } from "./embedder.ts";

/** The embedder that the settings speak of. A key goes along to the address alone that it was given for. */
export function embedderOf({ embeddings, baseUrl = "", apiKey }: ModelConfiguration): EmbedderConfiguration {
  if (embeddings === undefined || embeddings.kind === "embedded") return { kind: "embedded" };
  if (embeddings.kind === "off") return embeddings;
  const { model } = embeddings;
  const isOwn = embeddings.baseUrl === undefined || embeddings.baseUrl === baseUrl;
  const address = embeddings.baseUrl ?? baseUrl;
  if (address === "") return { kind: "embedded" };
  return { kind: "endpoint", model, baseUrl: address, ...(isOwn && apiKey && { apiKey }) };
}
