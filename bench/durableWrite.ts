import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repeat, timed } from "./clock.ts";

/** What the disk itself takes for a message of usual size to be durable: append and fdatasync, in ms. */
export async function durableWrites(count: number): Promise<number[]> {
  const folder = await mkdtemp(join(tmpdir(), "duck-"));
  const file = await open(join(folder, "events.jsonl"), "a");
  const record = Buffer.alloc(600, "x");
  try {
    return await repeat(count, () =>
      timed(async () => {
        await file.write(record);
        await file.datasync();
      }),
    );
  } finally {
    await file.close();
    await rm(folder, { recursive: true });
  }
}
