import type { LocalIndex } from "./vectraLibrary.ts";
import type { Kept } from "./worker/keeping.ts";
import type { SealedFolder } from "./worker/sealedFolder.ts";
import { VectorFile, type VectorFileHeader } from "./worker/vectorFile.ts";
import type { ItemVectors, VectorRows } from "./worker/vectorRows.ts";

/** Which vector it is: of that item while its text has that hash; of all of it (0), or of one of its sentences. */
type VectorOf = { item: string; hash: string; part: number };
type Index = LocalIndex<VectorOf>;

/** Whether an item has a text of that hash. */
type IsWanted = (item: string, hash: string) => boolean;

/**
 * Vectors as they are kept between starts: an index of vectra for each slab of rows, in a sealed file of its own, so that a
 * turn writes one of them and not all. What is damaged, or of another embedder, is none, and made anew.
 *
 * Each is read or written, and let go: vectra holds vectors as arrays of numbers, twice the size of the rows.
 */
export class VectorIndex implements Kept {
  readonly #files: SealedFolder;
  readonly #rows: VectorRows;
  /** Whose vectors stand in the rows; undefined until what was kept has been read. */
  #header: VectorFileHeader | undefined;

  constructor(files: SealedFolder, rows: VectorRows) {
    this.#files = files;
    this.#rows = rows;
  }

  /** Takes in what was kept of that embedder. The vectors of another one leave the rows. */
  async load(header: VectorFileHeader, isWanted: IsWanted): Promise<void> {
    const { embedder, dimension } = this.#header ?? {};
    if (embedder === header.embedder && dimension === header.dimension) return;
    if (this.#header === undefined) await this.#loadAll(header, isWanted);
    else this.#rows.clear();
    this.#header = header;
  }

  /** Before it was loaded there is nothing to save. */
  async save(): Promise<void> {
    if (this.#header === undefined) return;
    const changed = this.#rows.takeChanged();
    try {
      for (let next = changed[0]; next; next = changed[0]) {
        if (next.items.length === 0) await this.#files.remove(`${next.slab}`);
        else await this.#saveSlab(`${next.slab}`, next.items, this.#header);
        changed.shift();
      }
    } catch (error) {
      this.#rows.stillChanged(changed.map(({ slab }) => slab));
      throw error;
    }
  }

  /** What could not be read, or was not yet, may be of texts that were removed. */
  async purge(): Promise<void> {
    await this.#files.purge(this.#rows.slabs().map(String));
  }

  async #loadAll(header: VectorFileHeader, isWanted: IsWanted): Promise<void> {
    for (const name of await this.#files.names().catch(() => [])) {
      const slab = /^\d{1,5}$/.test(name) ? Number(name) : undefined;
      const items = slab === undefined ? undefined : await this.#readSlab(name, header).catch(() => undefined);
      if (slab === undefined || items === undefined) await this.#files.remove(name).catch(() => {});
      else if (
        this.#rows.load(
          slab,
          items.filter(({ id, hash }) => isWanted(id, hash)),
        ) < items.length
      ) {
        this.#rows.stillChanged([slab]);
      }
    }
  }

  async #readSlab(name: string, header: VectorFileHeader): Promise<ItemVectors[]> {
    const index = await openIndex(name, new VectorFile(this.#files, header));
    return itemsOf(await index.listItems(), header.dimension);
  }

  async #saveSlab(name: string, items: readonly ItemVectors[], header: VectorFileHeader): Promise<void> {
    const index = await openIndex(name, new VectorFile(this.#files, header));
    if (!(await index.isIndexCreated())) await index.createIndex();
    await index.beginUpdate();
    const there = await index.listItems();
    await index.deleteItems(there.map(({ id }) => id));
    for (const { id, hash, vectors } of items) {
      for (const [part, vector] of vectors.entries()) {
        await index.insertItem({ id: `${id} ${part}`, metadata: { item: id, hash, part }, vector: Array.from(vector) });
      }
    }
    await index.endUpdate();
  }
}

/** Loaded late: it takes half a second. */
async function openIndex(name: string, file: VectorFile): Promise<Index> {
  const { LocalIndex, ProtobufCodec } = await import("./vectraLibrary.ts");
  return new LocalIndex<VectorOf>("", name, file, new ProtobufCodec());
}

/** Items of which every part is there. */
function itemsOf(vectors: Awaited<ReturnType<Index["listItems"]>>, dimension: number): ItemVectors[] {
  const items = new Map<string, { id: string; hash: string; vectors: Float32Array[] }>();
  for (const { metadata, vector } of vectors) {
    const item = items.get(metadata.item) ?? { id: metadata.item, hash: metadata.hash, vectors: [] };
    if (vector.length === dimension && metadata.part === item.vectors.length)
      item.vectors.push(Float32Array.from(vector));
    items.set(item.id, item);
  }
  return [...items.values()];
}
