import type { FileSystem, OpenFile } from "../../server/store/fileSystem.ts";
import { systemError } from "./simulatedPaths.ts";

/** One call of the port by one process. */
export interface Call {
  /** From 0, of all calls of this process. */
  readonly index: number;
  readonly name: keyof FileSystem | keyof OpenFile;
  readonly path: string;
  /** Something would be different on the disk, or durable, after it. */
  readonly mutates: boolean;
}

export interface Trouble {
  /**
   * What the call still does. The part of a write is half of its bytes; of a sync, that what it should make durable never
   * will be; of a new folder, that it is not synced into its parent; of a removed one, that something is left in it.
   */
  readonly effect: "none" | "part" | "whole";
  /** short: less was written than asked. end: the process is killed in this call. */
  readonly fault: Errno | "short" | "end";
}

export type Errno = "ENOSPC" | "EIO" | "EACCES" | "EROFS" | "EMFILE";

/** The calls of one process, and what happens to them. */
export class SimulatedCalls {
  readonly made: Call[] = [];
  #isEnded = false;
  /** Asked before each call. */
  trouble: (call: Call) => Trouble | undefined = () => undefined;

  end(): void {
    this.#isEnded = true;
  }

  throwIfEnded(): void {
    if (this.#isEnded) throw new Error("the process was killed");
  }

  /** @param part what is done when the call fails half-way; nothing, where a call has no half. */
  make<T>({ name, path, mutates }: Omit<Call, "index">, whole: () => T, part?: () => void): T {
    this.throwIfEnded();
    const call = { index: this.made.length, name, path, mutates };
    this.made.push(call);
    const trouble = this.trouble(call);
    if (trouble === undefined) return whole();
    if (trouble.effect === "whole") whole();
    if (trouble.effect === "part") part?.();
    if (trouble.fault === "end") this.end();
    this.throwIfEnded();
    throw errorOf(trouble.fault, call);
  }
}

/** Errors of an open file do not say which it is. */
const PATHLESS: readonly Call["name"][] = ["write", "read", "sync"];

function errorOf(fault: Trouble["fault"], { name, path }: Call): Error {
  if (fault === "short") return new Error("only some of the bytes were written");
  return systemError(fault, name, PATHLESS.includes(name) ? undefined : path);
}
