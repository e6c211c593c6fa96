import { createHash } from "node:crypto";
import type { Embedder } from "../../server/llm/embedder.ts";
import { type Deferred, deferred } from "../../server/util/deferred.ts";

/** Gives each text a direction of its own, and fails or waits when a test says so. */
export class FakeEmbedder implements Embedder {
  readonly id: string;
  readonly atOnce = 2;
  /** Every batch so far. */
  readonly asked: (readonly string[])[] = [];
  /** Thrown instead of an answer, while it is set. */
  failure: Error | undefined;
  #dimension: number;
  #gate: Deferred<void> | undefined;

  constructor(id = "made", dimension = 8) {
    this.id = id;
    this.#dimension = dimension;
  }

  get dimension(): number {
    return this.#dimension;
  }

  set dimension(dimension: number) {
    this.#dimension = dimension;
  }

  /** From now on every batch waits until `release`. */
  hold(): void {
    this.#gate ??= deferred();
  }

  release(): void {
    this.#gate?.resolve();
    this.#gate = undefined;
  }

  async embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    this.asked.push(texts);
    await this.#gate?.promise;
    signal?.throwIfAborted();
    if (this.failure) throw this.failure;
    return texts.map((text) => vectorOf(text, this.#dimension));
  }

  dispose(): void {}
}

/** Of length 1. */
export function vectorOf(text: string, dimension: number): Float32Array {
  const bytes = createHash("sha512").update(text).digest().subarray(0, dimension);
  const values = Array.from(bytes, (byte) => byte - 127.5);
  const length = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / length);
}
