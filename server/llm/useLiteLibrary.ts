import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadGraphModel, ready } from "@energetic-ai/core";
import { EmbeddingsModel } from "@energetic-ai/embeddings";
import { z } from "zod";

declare module "@energetic-ai/core" {
  // Its own types are those of packages that it has in it and does not install.
  export function ready(): Promise<void>;
  export function loadGraphModel(url: string): Promise<EmbeddingsModel["model"]>;
}

export type { EmbeddingsModel };

/** Some pieces have no score, which the library takes for 0. */
const Vocabulary = z.array(
  z.tuple([
    z.string(),
    z
      .number()
      .nullable()
      .transform((score) => score ?? 0),
  ]),
);

/**
 * The model in that folder. Its backend is WebAssembly, which the library looks for beside itself.
 * @param folder with model.json, the weights that it names, and vocab.json.
 */
export async function loadUseLite(folder: string): Promise<EmbeddingsModel> {
  await ready();
  const model = await loadGraphModel(`file://${join(folder, "model.json")}`);
  return new EmbeddingsModel({
    model,
    vocabulary: Vocabulary.parse(JSON.parse(await readFile(join(folder, "vocab.json"), "utf8"))),
  });
}
