import { join } from "node:path";
import { z } from "zod";
import type { Pattern } from "../protocol/memory.ts";
import { JsonFile } from "../store/jsonFile.ts";
import type { DerivedPlace } from "../store/keptList.ts";

/** What recurs in a workspace's conversations. */
export interface KeptPatterns {
  /** Wall time when turns were counted last, ISO 8601; "" for never. The frequencies are those of that moment. */
  readonly lookedAt: string;
  /** The last turns that were counted, so that none is counted twice. */
  readonly counted: readonly string[];
  readonly patterns: readonly Pattern[];
}

/** The patterns' file. Derived, but for what was counted longer ago than the logs are read again. */
export function keptPatterns({ fs, keys, folder, logger }: DerivedPlace): JsonFile<KeptPatterns> {
  return new JsonFile<KeptPatterns>({
    fs,
    keys,
    path: join(folder, "derived", "patterns.bin"),
    quarantine: join(folder, "quarantine"),
    purpose: "patterns",
    schema: z.object({ lookedAt: z.string(), counted: z.array(z.string()), patterns: z.array(pattern) }),
    version: 1,
    empty: { lookedAt: "", counted: [], patterns: [] },
    logger,
  });
}

const pattern: z.ZodType<Pattern> = z.object({
  id: z.string(),
  kind: z.enum(["intent", "file", "symbol", "error", "command"] satisfies Pattern["kind"][]),
  label: z.string(),
  frequency: z.number().min(0),
  lastSeenAt: z.string(),
  examples: z.array(z.object({ conversationId: z.string(), turnId: z.string(), text: z.string() })),
});
