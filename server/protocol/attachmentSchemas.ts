import { z } from "zod";
import {
  type Attachment,
  IMAGE_MEDIA_TYPES,
  MAX_ATTACHED_CHARACTERS,
  MAX_ATTACHMENTS,
  MAX_IMAGE_CHARACTERS,
} from "./attachments.ts";

const path = z.string().min(1).max(4096);
const language = z.string().max(100);
const name = z.string().min(1).max(1000);
const text = z.string().max(MAX_ATTACHED_CHARACTERS);
const line = z.int().min(1);
const mentioned = z.boolean().optional();
const base64 = z
  .string()
  .max(MAX_IMAGE_CHARACTERS)
  .regex(/^[A-Za-z0-9+/]*={0,2}$/, "must be base64");

const attachment: z.ZodType<Attachment> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("file"), path, language, text: text.optional(), mentioned }),
  z.object({
    kind: z.literal("selection"),
    path,
    language,
    startLine: line,
    endLine: line,
    text: text.optional(),
    mentioned,
  }),
  z.object({ kind: z.literal("folder"), path }),
  z.object({
    kind: z.literal("symbol"),
    name,
    path,
    language,
    startLine: line,
    endLine: line,
    text: text.optional(),
  }),
  z.object({ kind: z.literal("problems"), text: text.optional() }),
  z.object({ kind: z.literal("diff") }),
  z.object({ kind: z.literal("terminal"), text: text.optional() }),
  z.object({
    kind: z.literal("conversation"),
    conversationId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
    title: z.string().max(1000),
  }),
  z.object({ kind: z.literal("url"), url: z.string().min(1).max(8192), text }),
  z.object({ kind: z.literal("image"), name, mediaType: z.enum(IMAGE_MEDIA_TYPES), data: base64.optional() }),
  z.object({ kind: z.literal("text"), name, text }),
]);

/** What may go along with one message. */
export const attachments = z.array(attachment).max(MAX_ATTACHMENTS);
