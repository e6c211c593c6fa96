import { causeOf } from "../util/errors.ts";
import { Mutex } from "../util/mutex.ts";
import { type Embedder, EmbedderError } from "./embedder.ts";
import type { EmbeddingsModel } from "./useLiteLibrary.ts";
import { normalised } from "./vectors.ts";

const DIMENSION = 512;
/** The model takes no more than 128 tokens, and the time to find them grows with the square of the length. */
const MAX_CHARS = 1_000;

/**
 * The embedder that is built in: Universal Sentence Encoder Lite for English (Cer et al. 2018), a byte a weight. It needs no
 * network. It blocks its thread while it works, 10 ms for a sentence and up to 80 for a long text, and batches are
 * hardly faster: keep it in a worker.
 */
export class UseLite implements Embedder {
  readonly id = "universal-sentence-encoder-lite-en-q8";
  readonly dimension = DIMENSION;
  readonly atOnce = 1;
  readonly #folder: string;
  readonly #queue = new Mutex();
  #model: Promise<EmbeddingsModel> | undefined;

  /** @param folder of the model's files; it is loaded with the first text. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    const model = await this.#load();
    return this.#queue.run(async () => {
      signal?.throwIfAborted();
      const clean = texts.map(cleaned);
      // The model throws on '' alone, and drops it silently from a batch.
      const vectors = (
        await embedded(
          model,
          clean.filter((text) => text !== ""),
        )
      ).values();
      return clean.map((text) => (text === "" ? new Float32Array(DIMENSION) : take(vectors)));
    });
  }

  async dispose(): Promise<void> {
    const model = await this.#model?.catch(() => undefined);
    this.#model = undefined;
    model?.model.dispose();
  }

  #load(): Promise<EmbeddingsModel> {
    this.#model ??= load(this.#folder);
    return this.#model;
  }
}

async function load(folder: string): Promise<EmbeddingsModel> {
  try {
    const { loadUseLite } = await import("./useLiteLibrary.ts");
    return await loadUseLite(folder);
  } catch (error) {
    const why = `The built-in embedder could not be loaded: ${causeOf(error)}.`;
    throw new EmbedderError(`${why} Install RubberDuck again.`, { cause: error });
  }
}

/** It knows the space as the only blank, and no half of a surrogate pair. */
function cleaned(text: string): string {
  const known = text.slice(0, MAX_CHARS).toWellFormed().normalize("NFKC").slice(0, MAX_CHARS);
  return known.toWellFormed().replace(/\s+/g, " ").trim();
}

async function embedded(model: EmbeddingsModel, texts: string[]): Promise<Float32Array[]> {
  if (texts.length === 0) return [];
  const vectors = await model.embed(texts);
  return vectors.map((vector) => {
    const unit = vector.length === DIMENSION ? normalised(vector) : undefined;
    if (unit === undefined) throw new EmbedderError("The built-in embedder gave no vector. Reload the window.");
    return unit;
  });
}

function take(vectors: Iterator<Float32Array>): Float32Array {
  const { value, done } = vectors.next();
  if (done) throw new EmbedderError("The built-in embedder left a text out. Reload the window.");
  return value;
}
