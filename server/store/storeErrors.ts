import { causeOf, DuckError } from "../util/errors.ts";

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
    throw new DuckError(
      "storeFailed",
      `The conversation could not be saved or read: ${causeOf(error)} (${path}). Free some space or check the rights of that folder, then try again.`,
      { cause: error },
    );
  }
}
