import { join } from "node:path";
import { z } from "zod";
import { JsonFile } from "./jsonFile.ts";
import type { DerivedPlace } from "./keptList.ts";

const kept = z.object({
  /** Where the conversations were listened for last. */
  port: z.int().min(1).max(65_535).optional(),
  tokens: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        /** SHA-256 of the token, base64url. */
        hash: z.string(),
        createdAt: z.string(),
        expiresAt: z.string().optional(),
        isPage: z.literal(true).optional(),
      }),
    )
    .readonly(),
});

/** Who may come into a workspace's conversations at their port. */
export type KeptAccess = z.infer<typeof kept>;
export type KeptToken = KeptAccess["tokens"][number];

export const NO_ACCESS: KeptAccess = { tokens: [] };

export function accessFile({ fs, keys, folder, logger }: DerivedPlace): JsonFile<KeptAccess> {
  return new JsonFile<KeptAccess>({
    fs,
    keys,
    path: join(folder, "access.bin"),
    quarantine: join(folder, "quarantine"),
    purpose: "access tokens",
    schema: kept,
    version: 1,
    empty: NO_ACCESS,
    logger,
  });
}
