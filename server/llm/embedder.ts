/** Turns text into vectors in which closeness is likeness of meaning. */
export interface Embedder {
  /** Name and version of the model: vectors of different ids are never compared. */
  readonly id: string;
  /** Length of its vectors; undefined until it is known. */
  readonly dimension: number | undefined;
  /** How many texts make a good batch: more would block the thread, or fewer be a waste of requests. */
  readonly atOnce: number;
  /**
   * One vector a text, in their order, each of length 1. A blank text gets a vector of zeros. Throws EmbedderError when the
   * model fails, or gives another dimension than before, or something that is no number.
   */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>;
  dispose(): void | Promise<void>;
}

/** The model could not be asked, or its answer is of no use. The message says what to do. */
export class EmbedderError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "EmbedderError";
  }
}

/** Which embedder is to be used. embedded: the one that is built in. */
export type EmbedderConfiguration =
  | { readonly kind: "off" }
  | { readonly kind: "embedded" }
  | {
      readonly kind: "endpoint";
      /** Of an OpenAI-compatible API, with its version path, or of Ollama. */
      readonly baseUrl: string;
      readonly model: string;
      readonly apiKey?: string;
    };
