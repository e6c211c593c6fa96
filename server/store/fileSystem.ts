/**
 * What the store asks of a disk. Implementations: nodeFileSystem.ts and, for tests, a simulated disk that loses what was
 * not synced. Paths are absolute; errors are Node's system errors, whose `code` is the errno ("ENOSPC").
 */
export interface FileSystem {
  /** The whole file. Throws ENOENT. */
  readFile(path: string): Promise<Buffer>;
  /**
   * append: made if it is not there. create: throws EEXIST if it is there. read: throws ENOENT if it is not. New files are
   * readable by their user alone (0600).
   */
  open(path: string, mode: "append" | "create" | "read"): Promise<OpenFile>;
  /** In no particular order. Throws ENOENT. */
  list(folder: string): Promise<Entry[]>;
  /** Undefined when there is nothing. Any other trouble is thrown: a file that cannot be seen is not one that is not there. */
  stat(path: string): Promise<Stat | undefined>;
  /**
   * Whether something has that name, found out at once: for what is asked before each acknowledgement, and would else wait
   * in a queue behind the syncs of others. Throws when that cannot be found out.
   */
  exists(path: string): boolean;
  /**
   * With its parents, 0700 each. All of them survive a loss of power once it resolves, also those that were there: whoever
   * made them this way may have been killed before they would have.
   */
  makeFolder(folder: string): Promise<void>;
  /** Within one disk; replaces a file at `to`. */
  rename(from: string, to: string): Promise<void>;
  /** A second name for a finished file. Throws EEXIST: of several processes that try, one succeeds. */
  link(from: string, to: string): Promise<void>;
  /** Nothing happens when it is not there. */
  remove(path: string): Promise<void>;
  /** With all in it. Nothing happens when it is not there. */
  removeFolder(folder: string): Promise<void>;
  /** Makes durable which names stand in it. */
  syncFolder(folder: string): Promise<void>;
}

export interface OpenFile {
  /**
   * Everything at the end of the file, in one write. Throws when less was written than asked.
   * @param durable it survives a loss of power once this resolves, if all that was written before does. Quicker than to
   * write and then sync.
   */
  write(bytes: Uint8Array, durable?: boolean): Promise<void>;
  /** Fills `into` from `position` (bytes from the start) and answers how much there was; 0 at the end. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** What was written survives a loss of power once this resolves (fdatasync). */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface Entry {
  readonly name: string;
  readonly kind: "file" | "folder" | "other";
}

export interface Stat {
  readonly kind: Entry["kind"];
  /** Bytes. */
  readonly size: number;
}

/** The errno of a system error; undefined for any other. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
