import { stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";

/** What the store asks about where its folder stands, besides reading and writing. */
export interface Place {
  isNetworkDrive(path: string): Promise<boolean>;
  /** Whether it belongs to another user than the one who runs this. Root may use everybody's. */
  isAnothers(path: string): Promise<boolean>;
}

export const realPlace: Place = { isNetworkDrive, isAnothers };

/** Linux's numbers of file systems that are elsewhere, from statfs(2): NFS, SMB, CIFS, SMB2, AFS, Coda, 9P, Ceph. */
const REMOTE = new Set([
  0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f, 0x6b414653, 0x73757245, 0x01021997, 0x00c36400,
]);

/** Whether a folder, or the nearest one above it that is there, stands on a drive of another computer, as far as can be told. */
async function isNetworkDrive(path: string): Promise<boolean> {
  if (process.platform === "win32") return path.startsWith("\\\\");
  if (process.platform !== "linux") return false;
  for (let folder = path; ; folder = dirname(folder)) {
    const found = await statfs(folder).catch(() => undefined);
    // Some numbers come back with their sign.
    if (found !== undefined) return REMOTE.has(found.type >>> 0);
    if (folder === dirname(folder)) return false;
  }
}

async function isAnothers(path: string): Promise<boolean> {
  const uid = process.getuid?.();
  if (uid === undefined || uid === 0) return false;
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && found.uid !== uid;
}
