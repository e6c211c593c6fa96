import { z } from "zod";
import { attachments } from "./attachmentSchemas.ts";
import { EAGERNESS } from "./completions.ts";
import type { ModelChoice, PersistedEvent, SendOptions } from "./events.ts";
import { memorySchemas } from "./memorySchemas.ts";
import type { InitializationOptions, Method, Price, Requests } from "./requests.ts";

/** What each request must look like. Anything else is refused with "invalidRequest", naming the field. */

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 letters, digits, - or _");
const token = z.union([z.string(), z.number()]);
const path = z.string().min(1).max(4096);

const options: z.ZodType<SendOptions> = z.object({
  rag: z.boolean().optional(),
  cot: z.boolean().optional(),
  incognito: z.boolean().optional(),
  model: z.enum(["auto", "offline"]).optional(),
  as: z
    .discriminatedUnion("kind", [
      z.object({ kind: z.literal("chat") }),
      z.object({ kind: z.literal("command"), command: z.string().min(1).max(100) }),
    ])
    .optional(),
});

const modelChoice: z.ZodType<ModelChoice> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("default") }),
  z.object({ kind: z.literal("offline") }),
  z.object({ kind: z.literal("openai"), name: z.string().min(1).max(200) }),
  z.object({ kind: z.literal("editor"), id: z.string().min(1).max(500) }),
]);

const secret = z.string().regex(/^[A-Za-z0-9+/]{43}=$/, "must be 32 bytes in base64");

/** From another process of the same user, which made it by the same types. */
const event = z.custom<PersistedEvent>(
  (value) => z.looseObject({ type: z.string(), seq: z.int().min(1), at: z.string() }).safeParse(value).success,
);

const price: z.ZodType<Price> = z.object({ prompt: z.number().min(0), completion: z.number().min(0) });

/** Ten years: who means longer leaves it out. */
const MOST_EXPIRES_MS = 10 * 366 * 24 * 3_600_000;

const clientType = z.enum(["panel", "browser", "terminal", "cli", "tui", "liveview", "websocket"]);
const client = clientType.optional();
const participant = z.object({
  id,
  client: clientType,
  name: z.string().trim().min(1).max(100).optional(),
  app: z.string().trim().min(1).max(40).optional(),
  file: path.optional(),
});
const empty = z.object({}).transform(() => ({}) as Record<string, never>);
const conversation = z.object({ conversationId: id });
const turn = z.object({ conversationId: id, turnId: id });
const proposal = turn.extend({ proposalId: id });

export const paramSchemas: { readonly [M in Method]: z.ZodType<Requests[M]["params"]> } = {
  ...memorySchemas,
  "rubberduck/conversation/list": empty,
  "rubberduck/conversation/search": z.object({
    query: z.string().max(1000),
    limit: z.int().min(1).max(200).optional(),
  }),
  "rubberduck/conversation/export": z.object({ conversationId: id, format: z.enum(["markdown", "json"]) }),
  "rubberduck/conversation/create": empty,
  "rubberduck/conversation/send": z.object({
    conversationId: id,
    operationId: id,
    content: z.string(),
    attachments: attachments.optional(),
    options: options.optional(),
    client,
    edits: id.optional(),
    partialResultToken: token.optional(),
  }),
  "rubberduck/conversation/retry": z.object({
    conversationId: id,
    turnId: id,
    operationId: id,
    mode: z.enum(["regenerate", "continue"]),
    options: options.optional(),
    client,
    partialResultToken: token.optional(),
  }),
  "rubberduck/conversation/subscribe": z.object({
    conversationId: id,
    lastSeq: z.int().min(0),
    offset: z.int().min(0).optional(),
    snapshot: z.boolean().optional(),
    participant: participant.optional(),
    partialResultToken: token,
  }),
  "rubberduck/conversation/participants": conversation,
  "rubberduck/conversation/present": z.object({
    conversationId: id,
    id,
    typing: z.boolean().optional(),
    file: path.nullable().optional(),
  }),
  "rubberduck/conversation/stop": z.object({ conversationId: id, turnId: id.optional() }),
  "rubberduck/conversation/withdraw": turn,
  "rubberduck/conversation/revise": turn.extend({ content: z.string() }),
  "rubberduck/conversation/promote": turn,
  "rubberduck/conversation/rename": z.object({ conversationId: id, title: z.string().trim().min(1).max(200) }),
  "rubberduck/conversation/pin": z.object({ conversationId: id, pinned: z.boolean() }),
  "rubberduck/conversation/chooseModel": z.object({ conversationId: id, choice: modelChoice }),
  "rubberduck/conversation/showBranch": turn,
  "rubberduck/conversation/forget": turn.extend({ when: z.enum(["later", "now"]) }),
  "rubberduck/conversation/unforget": turn,
  "rubberduck/conversation/delete": conversation,
  "rubberduck/conversation/restore": conversation,
  "rubberduck/conversation/adopt": z.object({ conversationId: id, events: z.array(event) }),
  "rubberduck/edit/decide": proposal.extend({
    hunkIds: z.array(id).min(1).max(10_000),
    decision: z.enum(["accepted", "rejected"]).nullable(),
    reason: z.string().trim().max(2000).optional(),
    approved: path.optional(),
  }),
  "rubberduck/edit/preview": proposal.extend({ path }),
  "rubberduck/edit/revert": proposal,
  "rubberduck/edit/rewind": turn.extend({
    files: z.boolean(),
    conversation: z.boolean(),
    check: z.boolean().optional(),
  }),
  "rubberduck/command/suggest": z.object({
    input: z.string().max(10_000),
    context: z
      .object({
        file: path.optional(),
        language: z.string().max(100).optional(),
        hasSelection: z.boolean().optional(),
      })
      .optional(),
  }),
  "rubberduck/command/list": empty,
  "rubberduck/store/status": empty,
  "rubberduck/store/unlock": z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("recoveryCode"), code: z.string().max(200) }),
    z.object({ kind: z.literal("osSecret"), secret, lasts: z.boolean() }),
  ]),
  "rubberduck/store/recoveryCode": empty,
  "rubberduck/store/startAnew": empty,
  "rubberduck/store/verify": empty,
  "rubberduck/store/export": z.object({ path, format: z.enum(["jsonLines", "markdown"]) }),
  "rubberduck/store/copy": z.object({ to: path }),
  "rubberduck/model/configure": z.object({
    baseUrl: z.string().max(2048).optional(),
    name: z.string().max(200).optional(),
    apiKey: z.string().max(10_000).optional(),
    contextWindowTokens: z.int().min(512).max(100_000_000).optional(),
    tools: z.enum(["auto", "on", "off"]).optional(),
    prices: z.record(z.string().max(200), price).optional(),
    titles: z.boolean().optional(),
    learn: z.boolean().optional(),
    embeddings: z
      .discriminatedUnion("kind", [
        z.object({ kind: z.literal("embedded") }),
        z.object({ kind: z.literal("off") }),
        z.object({
          kind: z.literal("endpoint"),
          model: z.string().min(1).max(200),
          baseUrl: z.string().max(2048).optional(),
        }),
      ])
      .optional(),
    images: z.enum(["auto", "on", "off"]).optional(),
    editorModel: z.string().max(500).optional(),
  }),
  "rubberduck/model/lend": z.object({
    models: z
      .array(z.object({ id: z.string().max(500), name: z.string().max(500), contextWindowTokens: z.int().min(1) }))
      .max(1000),
  }),
  "rubberduck/model/status": empty,
  "rubberduck/model/list": z.object({
    baseUrl: z.string().max(2048).optional(),
    apiKey: z.string().max(10_000).optional(),
  }),
  "rubberduck/model/discover": empty,
  "rubberduck/model/retryNow": empty,
  "rubberduck/index/status": empty,
  "rubberduck/index/search": z.object({
    query: z.string().max(10_000),
    limit: z.int().min(1).max(200).optional(),
    paths: z.array(z.string().min(1).max(4096)).max(100).optional(),
  }),
  "rubberduck/index/pause": z.object({ paused: z.boolean() }),
  "rubberduck/index/rebuild": empty,
  "rubberduck/mention/complete": z.object({
    query: z.string().max(1000),
    kind: z.enum(["file", "folder", "symbol", "conversation", "diff"]).optional(),
    conversationId: id.optional(),
    limit: z.int().min(1).max(100).optional(),
  }),
  "rubberduck/mention/resolve": z.object({ uris: z.array(z.string().min(1).max(8192)).max(100) }),
  "rubberduck/mention/fetch": z.object({ url: z.string().min(1).max(8192) }),
  "rubberduck/context/preview": z.object({
    conversationId: id.optional(),
    content: z.string(),
    attachments,
    options: options.optional(),
  }),
  "rubberduck/completion/configure": z.object({
    eagerness: z.enum(EAGERNESS),
    model: z.string().trim().min(1).max(200).optional(),
  }),
  "rubberduck/completion/status": empty,
  "rubberduck/completion/statistics": empty,
  "rubberduck/completion/accepted": z.object({ id: z.string().min(1).max(64) }),
  "rubberduck/gateway/listen": z.object({ port: z.int().min(0).max(65_535).optional() }),
  "rubberduck/gateway/link": empty,
  "rubberduck/access/create": z.object({
    name: z.string().trim().min(1).max(100),
    expiresInMs: z.int().min(1000).max(MOST_EXPIRES_MS).optional(),
  }),
  "rubberduck/access/list": empty,
  "rubberduck/access/revoke": z.object({ id: z.string().min(1).max(100) }),
  "rubberduck/doctor/run": empty,
  "rubberduck/server/info": empty,
  "rubberduck/owner/release": empty,
  "rubberduck/server/introspect": empty,
};

export const initializationOptions: z.ZodType<InitializationOptions> = z.object({
  storePath: path.optional(),
  trusted: z.boolean(),
  client: clientType,
  osSecret: z.union([z.literal("late"), z.object({ secret, lasts: z.boolean() })]).optional(),
});
