import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A real disk of 16 MB that can be filled. */
export interface SmallDisk {
  readonly path: string;
  /** Leaves no room at all. */
  fill(): void;
  free(): void;
  dispose(): void;
}

/** Why there can be none here: mounting takes root on Linux. Undefined when it can. */
export function whyNoSmallDisk(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "mounting a small disk takes root on Linux";
  try {
    mountSmallDisk().dispose();
    return undefined;
  } catch {
    return "a small disk cannot be mounted here";
  }
}

export function mountSmallDisk(): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), "duck-disk-"));
  const filler = join(path, "filler");
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=16m,mode=0700", "tmpfs", path], { stdio: "ignore" });
  } catch (error) {
    rmdirSync(path);
    throw error;
  }
  const free = () => rmSync(filler, { force: true });
  return {
    path,
    fill: () => {
      const { bavail, bsize } = statfsSync(path);
      writeFileSync(filler, Buffer.alloc(bavail * bsize));
    },
    free,
    dispose: () => {
      execFileSync("umount", ["--lazy", path]);
      rmdirSync(path);
    },
  };
}
