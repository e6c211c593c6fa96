import { causeOf, DuckError } from "../util/errors.ts";
import { errnoOf } from "./fileSystem.ts";

/** Another process owns the data now. Nothing that was written last may be acknowledged. */
export class Superseded extends Error {
  constructor() {
    super("another process has taken the conversations over");
    this.name = "Superseded";
  }
}

/** An error of the disk as one that a person can act on. */
export async function translated<T>(path: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof DuckError || error instanceof Superseded) throw error;
    const { cause, remedy } = explained(error);
    throw new DuckError("storeFailed", `The conversation could not be saved or read: ${cause} (${path}). ${remedy}`, {
      cause: error,
    });
  }
}

function explained(error: unknown): { readonly cause: string; readonly remedy: string } {
  const cause = causeOf(error);
  switch (errnoOf(error)) {
    case "ENOSPC":
    case "EDQUOT":
      return { cause: `the disk is full, ${cause}`, remedy: "Free some space, then try again." };
    case "EROFS":
    case "EACCES":
    case "EPERM":
      return { cause, remedy: "Give yourself the right to write there, then try again." };
    case "EMFILE":
    case "ENFILE":
      return { cause, remedy: "Close some windows or other programs, then try again." };
    case "EIO":
      return { cause: `the disk failed, ${cause}`, remedy: "Check that disk, and copy what is on it elsewhere." };
    default:
      return { cause, remedy: "Check that folder and its disk, then try again." };
  }
}
