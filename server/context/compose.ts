import type { Summary } from "../protocol/events.ts";
import type { SearchHit } from "../protocol/requests.ts";
import type { Turn } from "../protocol/transcript.ts";
import type { AppliedRules } from "../workspace/rules.ts";
import { choose } from "./chosen.ts";
import type { BuiltContext, ContextRequest } from "./contextRequest.ts";
import { messagesOf } from "./messages.ts";
import type { Recalled } from "./recaller.ts";
import { receiptOf } from "./receipt.ts";
import { requiredOf } from "./required.ts";
import { freeRoom, roomOf } from "./room.ts";
import { attachedParts } from "./sources/attached.ts";
import type { ReadAttachments } from "./sources/attachmentReader.ts";
import { codeParts, withoutShown } from "./sources/code.ts";
import { type Earlier, historyParts } from "./sources/history.ts";
import { readImages } from "./sources/images.ts";
import type { Part } from "./sources/part.ts";
import { recalledParts } from "./sources/recalled.ts";
import { summaryPart } from "./sources/summary.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** All that there is to tell the model, from every source. Attachments and rules hold no secret any more. */
export interface Gathered {
  readonly read: ReadAttachments;
  readonly hits: readonly SearchHit[];
  readonly recalled: Recalled;
  readonly rules: AppliedRules;
  /** The turn directly before. */
  readonly last: Turn | undefined;
  /** Those before that one. */
  readonly earlier: Earlier;
  /** What stands for the oldest of them. */
  readonly summary: Summary | undefined;
  readonly tokenizer: Tokenizer;
}

/**
 * Chooses what the model is told besides the question. What must go in is set aside first; the rest competes for what is
 * left. Throws DuckError contextTooLong.
 */
export function compose(request: ContextRequest, gathered: Gathered): BuiltContext {
  const { tokenizer, recalled, rules } = gathered;
  const { replyTokens, budgetTokens } = roomOf(request.model);
  const remembered = recalledParts(recalled.result, request.question, tokenizer);
  const withMemory = remembered.length > 0;
  const required = requiredOf(request, budgetTokens, { rules, last: gathered.last, withMemory, tokenizer });

  const room = freeRoom(budgetTokens, required.tokens, request.tools !== undefined);
  // Without a model nothing is sent, so nothing that was named is missing either.
  const isOffline = request.model.name.kind === "offline";
  const images = readImages(isOffline ? [] : request.attachments, request.model);
  const attached = [...images.parts, ...attachedParts(gathered.read.materials, room, tokenizer)];
  const parts: Part[] = [
    ...remembered,
    ...(gathered.summary ? [summaryPart(gathered.summary, tokenizer)] : []),
    ...attached,
    ...codeParts(withoutShown(gathered.hits, [...required.items, ...attached.map(({ item }) => item())]), tokenizer),
    ...historyParts(gathered.earlier, room, tokenizer),
  ];
  const fitted = choose(parts, room, tokenizer);
  const chosen = fitted.chosen.map(({ candidate }) => candidate);
  const sent = messagesOf(request, required, chosen);
  const missing = [...gathered.read.missing, ...images.missing];
  return {
    receipt: receiptOf(request, { required, fitted, missing, recalled, sent }),
    request: {
      messages: sent,
      question: request.question,
      code: chosen.flatMap(({ hit }) => hit ?? []),
      remembered: chosen.flatMap((part) => part.remembered?.hit ?? []),
      maxTokens: replyTokens,
    },
  };
}
