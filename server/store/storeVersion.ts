import { createHash } from "node:crypto";
import { z } from "zod";

/** 16 random bytes in hex. */
export const storeId = z.string().regex(/^[0-9a-f]{32}$/);

/** A newer minor version can be read and written by this one, a newer major one only read. */
export const formatVersion = z.object({ major: z.int().min(1), minor: z.int().min(0) });
export type FormatVersion = z.infer<typeof formatVersion>;

export const FORMAT_VERSION: FormatVersion = { major: 1, minor: 0 };

const storeFile = z.looseObject({ storeId, formatVersion, checksum: z.string() });

/** What stands in store.json. */
export interface StoreFile {
  readonly storeId: string;
  readonly formatVersion: FormatVersion;
}

export function formatStoreFile(file: StoreFile): Buffer {
  return Buffer.from(`${JSON.stringify({ ...file, checksum: checksumOf(file) })}\n`);
}

/** Undefined for damage. */
export function parseStoreFile(bytes: Buffer): StoreFile | undefined {
  try {
    const { checksum, ...file } = storeFile.parse(JSON.parse(bytes.toString("utf8")));
    return checksum === checksumOf(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

function checksumOf({ storeId: id, formatVersion: { major, minor } }: StoreFile): string {
  return createHash("sha256").update(`${id} ${major}.${minor}`).digest("hex");
}
