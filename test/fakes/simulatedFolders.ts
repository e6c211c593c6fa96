import { SimulatedFile } from "./simulatedFile.ts";

export type SimulatedNode = SimulatedFile | SimulatedFolder;

/** Names as the operating system has them, and as they stand on the disk. */
export class SimulatedFolder {
  readonly names = new Map<string, SimulatedNode>();
  readonly durable = new Map<string, DurableName>();
}

interface DurableName {
  readonly node: SimulatedNode | undefined;
  /** Of two changes of one name the later one holds, whichever reached the disk first. */
  readonly change: number;
}

interface Place {
  readonly folder: SimulatedFolder;
  readonly name: string;
  /** Undefined: nothing stands there any more. */
  readonly node: SimulatedNode | undefined;
}

/** All of its places change, or none (rename). */
interface Change {
  readonly number: number;
  readonly node: SimulatedNode;
  readonly places: readonly Place[];
}

/** The tree of one disk. A change of a name is durable once a folder that it concerns was synced. */
export class SimulatedTree {
  readonly root: SimulatedFolder;
  #changes = 0;
  #pending: Change[] = [];

  /** @param root all of it is durable. */
  constructor(root = new SimulatedFolder()) {
    this.root = root;
  }

  change(node: SimulatedNode, places: readonly Place[]): void {
    for (const place of places) {
      if (place.node === undefined) place.folder.names.delete(place.name);
      else place.folder.names.set(place.name, place.node);
    }
    this.#pending.push({ number: ++this.#changes, node, places });
  }

  sync(folder: SimulatedFolder): void {
    const synced = withEarlier(this.#pending, ({ places }) => places.some((place) => place.folder === folder));
    for (const { number, places } of synced) {
      for (const place of places) put(place.folder.durable, place, number);
    }
    this.#pending = this.#pending.filter((change) => !synced.includes(change));
  }

  /** A disk as it may be found after a loss of power: of the names that were not synced any may be there. This one stays. */
  afterPowerLoss(random: () => number): SimulatedTree {
    const share = [0, 1, random()][Math.floor(random() * 3)] ?? 0;
    const names = new Map<SimulatedFolder, Map<string, DurableName>>();
    for (const { number, places } of withEarlier(this.#pending, () => random() < share)) {
      for (const place of places) {
        const known = names.get(place.folder) ?? new Map(place.folder.durable);
        names.set(place.folder, put(known, place, number));
      }
    }
    const files = new Map<SimulatedFile, SimulatedFile>();
    const found = (node: SimulatedNode): SimulatedNode => {
      if (node instanceof SimulatedFolder) {
        const known = [...(names.get(node) ?? node.durable)];
        return folderOf(known.flatMap(([name, { node }]) => (node === undefined ? [] : [[name, found(node)]])));
      }
      const file = files.get(node) ?? node.afterPowerLoss(random);
      files.set(node, file);
      return file;
    };
    const root = found(this.root);
    return new SimulatedTree(root instanceof SimulatedFolder ? root : undefined);
  }

  /** The same tree, all of it durable. */
  copy(): SimulatedTree {
    const files = new Map<SimulatedFile, SimulatedFile>();
    const copied = (folder: SimulatedFolder): SimulatedFolder =>
      folderOf(
        [...folder.names].map(([name, node]) => {
          if (node instanceof SimulatedFolder) return [name, copied(node)];
          const file = files.get(node) ?? new SimulatedFile(node.bytes);
          files.set(node, file);
          return [name, file];
        }),
      );
    return new SimulatedTree(copied(this.root));
  }
}

/** Those that are picked, each with all earlier ones of the same file or folder: a disk journals these in their order. */
function withEarlier(changes: readonly Change[], isPicked: (change: Change) => boolean): Change[] {
  const picked = new Set<SimulatedNode>();
  const found: Change[] = [];
  for (const change of changes.toReversed()) {
    if (!picked.has(change.node) && !isPicked(change)) continue;
    picked.add(change.node);
    found.unshift(change);
  }
  return found;
}

function put(names: Map<string, DurableName>, { name, node }: Place, change: number): Map<string, DurableName> {
  if ((names.get(name)?.change ?? 0) < change) names.set(name, { node, change });
  return names;
}

function folderOf(names: readonly (readonly [string, SimulatedNode])[]): SimulatedFolder {
  const folder = new SimulatedFolder();
  for (const [name, node] of names) {
    folder.names.set(name, node);
    folder.durable.set(name, { node, change: 0 });
  }
  return folder;
}
