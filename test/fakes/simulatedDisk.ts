import type { Entry, FileSystem, OpenFile, Stat } from "../../server/store/fileSystem.ts";
import { seeded } from "../unit/secrets/random.ts";
import { turn } from "./clock.ts";
import { type Call, SimulatedCalls, type Trouble } from "./simulatedCalls.ts";
import { SimulatedFile } from "./simulatedFile.ts";
import { SimulatedFolder, type SimulatedNode, SimulatedTree } from "./simulatedFolders.ts";
import { find, isMissing, locate, namesIn, systemError } from "./simulatedPaths.ts";

/**
 * A disk in memory, as one process sees it. What was written is there for every process at once; what is left of it after a
 * loss of power is up to a seed, within what POSIX allows. Trouble can be made at every call.
 */
export class SimulatedDisk implements FileSystem {
  readonly #tree: SimulatedTree;
  readonly #calls = new SimulatedCalls();
  #openFiles = 0;

  constructor(tree = new SimulatedTree()) {
    this.#tree = tree;
  }

  get calls(): readonly Call[] {
    return this.#calls.made;
  }

  /** What happens to a call; asked before each. */
  set trouble(trouble: (call: Call) => Trouble | undefined) {
    this.#calls.trouble = trouble;
  }

  get openFiles(): number {
    return this.#openFiles;
  }

  /** Another process, or this one after it was killed and started again: what was written is there, synced or not. */
  otherProcess(): SimulatedDisk {
    return new SimulatedDisk(this.#tree);
  }

  /** Kills the process: every call from now on fails and does nothing. */
  end(): void {
    this.#calls.end();
  }

  /** A disk as it may be found when the power is lost now. */
  afterPowerLoss(seed: number): SimulatedDisk {
    return new SimulatedDisk(this.#tree.afterPowerLoss(seeded(seed)));
  }

  /** A disk with the same files, all durable. */
  copy(): SimulatedDisk {
    return new SimulatedDisk(this.#tree.copy());
  }

  /** Every file by its path. */
  files(): Map<string, Buffer> {
    const files = new Map<string, Buffer>();
    const collect = (folder: SimulatedFolder, path: string) => {
      for (const [name, node] of folder.names) {
        if (node instanceof SimulatedFolder) collect(node, `${path}/${name}`);
        else files.set(`${path}/${name}`, node.bytes);
      }
    };
    collect(this.#tree.root, "");
    return files;
  }

  /** Puts other bytes in the place of a file, durably, as damage does. No bytes: the file is gone. */
  put(path: string, bytes: Uint8Array | undefined): void {
    const { parent, name } = locate(this.#tree.root, path, "put");
    const file = new SimulatedFile(bytes);
    this.#tree.change(file, [{ folder: parent, name, node: bytes && file }]);
    this.#tree.sync(parent);
  }

  async readFile(path: string): Promise<Buffer> {
    return this.#call("readFile", path, false, () => {
      const { node } = locate(this.#tree.root, path, "open");
      if (node === undefined) throw systemError("ENOENT", "open", path);
      if (node instanceof SimulatedFolder) throw systemError("EISDIR", "read");
      return Buffer.from(node.bytes);
    });
  }

  async open(path: string, mode: "append" | "create" | "read"): Promise<OpenFile> {
    const makes = mode !== "read" && this.#nodeAt(path) === undefined;
    const make = () => {
      const { parent, name, node } = locate(this.#tree.root, path, "open");
      if (mode === "create" && node !== undefined) throw systemError("EEXIST", "open", path);
      if (mode === "read" && node === undefined) throw systemError("ENOENT", "open", path);
      if (node instanceof SimulatedFolder) throw systemError("EISDIR", "open", path);
      const file = node ?? new SimulatedFile();
      if (node === undefined) this.#tree.change(file, [{ folder: parent, name, node: file }]);
      return file;
    };
    return this.#call("open", path, makes, () => this.#opened(make(), path), make);
  }

  async list(folder: string): Promise<Entry[]> {
    return this.#call("list", folder, false, () =>
      [...this.#folderAt(folder, "scandir").names].map(([name, node]) => ({ name, kind: kindOf(node) })),
    );
  }

  async stat(path: string): Promise<Stat | undefined> {
    return this.#call("stat", path, false, () => {
      const node = this.#nodeAt(path);
      return node && { kind: kindOf(node), size: node instanceof SimulatedFile ? node.size : 0 };
    });
  }

  exists(path: string): boolean {
    return this.#calls.make({ name: "exists", path, mutates: false }, () => this.#nodeAt(path) !== undefined);
  }

  async makeFolder(folder: string): Promise<void> {
    const make = (isLastSynced: boolean) => {
      let parent = this.#tree.root;
      const names = namesIn(folder);
      for (const [index, name] of names.entries()) {
        const isLast = index === names.length - 1;
        const node = parent.names.get(name);
        if (node instanceof SimulatedFile) throw systemError(isLast ? "EEXIST" : "ENOTDIR", "mkdir", folder);
        const made = node ?? new SimulatedFolder();
        if (node === undefined) this.#tree.change(made, [{ folder: parent, name, node: made }]);
        const isDeepest = isLast || !(made.names.get(names[index + 1] ?? "") instanceof SimulatedFolder);
        if (isDeepest && (isLastSynced || !isLast)) this.#tree.sync(parent);
        parent = made;
      }
    };
    return this.#call(
      "makeFolder",
      folder,
      true,
      () => make(true),
      () => make(false),
    );
  }

  async rename(from: string, to: string): Promise<void> {
    return this.#call("rename", from, true, () => {
      const source = locate(this.#tree.root, from, "rename");
      const target = locate(this.#tree.root, to, "rename");
      const { node } = source;
      if (node === undefined) throw systemError("ENOENT", "rename", from);
      if (node === target.node) return;
      const refusal = whyNested(from, to) ?? whyInTheWay(node, target.node);
      if (refusal !== undefined) throw systemError(refusal, "rename", from);
      this.#tree.change(node, [
        { folder: source.parent, name: source.name, node: undefined },
        { folder: target.parent, name: target.name, node },
      ]);
    });
  }

  async link(from: string, to: string): Promise<void> {
    return this.#call("link", to, true, () => {
      const { node } = locate(this.#tree.root, from, "link");
      if (node === undefined) throw systemError("ENOENT", "link", from);
      const { parent, name, node: inTheWay } = locate(this.#tree.root, to, "link");
      if (inTheWay !== undefined) throw systemError("EEXIST", "link", to);
      if (node instanceof SimulatedFolder) throw systemError("EPERM", "link", from);
      this.#tree.change(node, [{ folder: parent, name, node }]);
    });
  }

  async remove(path: string): Promise<void> {
    return this.#call("remove", path, this.#nodeAt(path) !== undefined, () => {
      if (this.#nodeAt(path) instanceof SimulatedFolder) throw systemError("ERR_FS_EISDIR", "rm", path);
      this.#removeAll(path, Number.POSITIVE_INFINITY);
    });
  }

  async removeFolder(folder: string): Promise<void> {
    const whole = () => this.#removeAll(folder, Number.POSITIVE_INFINITY);
    return this.#call("removeFolder", folder, this.#nodeAt(folder) !== undefined, whole, () =>
      this.#removeAll(folder, 1),
    );
  }

  async syncFolder(folder: string): Promise<void> {
    this.#call("syncFolder", folder, true, () => this.#tree.sync(this.#folderAt(folder, "open")));
    await this.#later();
  }

  #opened(file: SimulatedFile, path: string): OpenFile {
    let isOpen = true;
    this.#openFiles++;
    const call = <T>(name: "write" | "read" | "sync", whole: () => T, part?: () => void) => {
      if (!isOpen) throw systemError("EBADF", name);
      return this.#call(name, path, name !== "read", whole, part);
    };
    return {
      write: async (bytes, durable = false) => {
        const half = bytes.subarray(0, bytes.length / 2);
        call(
          "write",
          () => file.append(bytes, durable ? "durable" : "dirty"),
          () => file.append(half),
        );
        if (durable) await this.#later();
      },
      read: async (into, position) => call("read", () => file.bytes.subarray(position).copy(into)),
      sync: async () => {
        call(
          "sync",
          () => file.sync(),
          () => file.failToSync(),
        );
        await this.#later();
      },
      close: async () => {
        if (isOpen) this.#openFiles--;
        isOpen = false;
      },
    };
  }

  /** A sync takes its time: whoever waits for something else goes on, and what is written meanwhile is not synced by it. */
  async #later(): Promise<void> {
    await turn();
    this.#calls.throwIfEnded();
  }

  /** @param atMost how much of each folder. */
  #removeAll(path: string, atMost: number): void {
    if (isMissing(this.#tree.root, path)) return;
    const { parent, name, node } = locate(this.#tree.root, path, "rm");
    if (node === undefined) return;
    if (node instanceof SimulatedFolder) {
      for (const child of [...node.names.keys()].slice(0, atMost)) this.#removeAll(`${path}/${child}`, atMost);
      if (node.names.size > 0) return;
    }
    this.#tree.change(node, [{ folder: parent, name, node: undefined }]);
  }

  #nodeAt(path: string): SimulatedNode | undefined {
    return find(this.#tree.root, path)?.node;
  }

  #folderAt(path: string, call: string): SimulatedFolder {
    const { node } = locate(this.#tree.root, path, call);
    if (node === undefined) throw systemError("ENOENT", call, path);
    if (node instanceof SimulatedFile) throw systemError("ENOTDIR", call, path);
    return node;
  }

  #call<T>(name: Call["name"], path: string, mutates: boolean, whole: () => T, part?: () => void): T {
    return this.#calls.make({ name, path, mutates }, whole, part);
  }
}

function whyNested(from: string, to: string): string | undefined {
  if (`${to}/`.startsWith(`${from}/`)) return "EINVAL";
  return `${from}/`.startsWith(`${to}/`) ? "ENOTEMPTY" : undefined;
}

function whyInTheWay(node: SimulatedNode, target: SimulatedNode | undefined): string | undefined {
  if (node instanceof SimulatedFile) return target instanceof SimulatedFolder ? "EISDIR" : undefined;
  if (target instanceof SimulatedFile) return "ENOTDIR";
  return target !== undefined && target.names.size > 0 ? "ENOTEMPTY" : undefined;
}

function kindOf(node: SimulatedNode): Entry["kind"] {
  return node instanceof SimulatedFile ? "file" : "folder";
}
