import type { Clock } from "../util/clock.ts";
import type { Embedder, EmbedderConfiguration } from "./embedder.ts";
import { EndpointEmbedder } from "./endpointEmbedder.ts";
import { UseLite } from "./useLite.ts";

export interface EmbedderOptions {
  /** Where the files of the one that is built in are. */
  readonly modelFolder: string;
  readonly clock: Clock;
}

/** Undefined: off. Throws EmbedderError when the settings cannot work. Loads nothing, asks nobody. */
export function createEmbedder(
  configuration: EmbedderConfiguration,
  { modelFolder, clock }: EmbedderOptions,
): Embedder | undefined {
  switch (configuration.kind) {
    case "off":
      return undefined;
    case "embedded":
      return new UseLite(modelFolder);
    case "endpoint":
      return new EndpointEmbedder(configuration, clock);
  }
}
