import { join } from "node:path";
import { z } from "zod";
import type { ConversationSummary } from "../protocol/requests.ts";
import type { ConversationUsage } from "../protocol/usage.ts";
import type { Log } from "../util/log.ts";
import type { FileSystem } from "./fileSystem.ts";
import { JsonFile } from "./jsonFile.ts";
import type { StoreKeys } from "./storeKeys.ts";

/** A conversation as the list shows it. */
export interface KeptSummary {
  /** Of its log when that was read for this: while the log still has it, the summary is true. */
  readonly mark: string;
  readonly summary: ConversationSummary;
}

/** Where derived files of a workspace are kept. */
export interface DerivedPlace {
  readonly fs: FileSystem;
  readonly keys: StoreKeys;
  /** The workspace's folder in the store. */
  readonly folder: string;
  readonly logger: Log;
}

/** The list of a workspace's conversations, kept so that a start need not read every log. Derived: the logs are the truth. */
export function keptList({ fs, keys, folder, logger }: DerivedPlace): JsonFile<readonly KeptSummary[]> {
  return new JsonFile<readonly KeptSummary[]>({
    fs,
    keys,
    path: join(folder, "derived", "list.bin"),
    quarantine: join(folder, "quarantine"),
    purpose: "conversation list",
    schema: z.array(z.object({ mark: z.string(), summary })).readonly(),
    version: 1,
    empty: [],
    logger,
  });
}

const usage: z.ZodType<ConversationUsage> = z.object({
  promptTokens: z.number(),
  completionTokens: z.number(),
  isEstimate: z.boolean(),
  costUsd: z.number().optional(),
  isCostPartial: z.boolean(),
});

const summary: z.ZodType<ConversationSummary> = z.object({
  conversationId: z.string(),
  title: z.string(),
  messages: z.int().min(0),
  updatedAt: z.string(),
  answering: z.boolean(),
  pinned: z.boolean(),
  forgetting: z.literal(true).optional(),
  usage: usage.optional(),
});
