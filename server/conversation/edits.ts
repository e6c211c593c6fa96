import type { EditMethod, EditParams, EditResult } from "../protocol/edits.ts";
import type { ConversationEngine } from "./engine.ts";

/** What each request about proposed changes asks of a conversation. */
export const EDITS: {
  readonly [M in EditMethod]: (
    engine: ConversationEngine,
    params: EditParams<M>,
    signal: AbortSignal,
  ) => Promise<EditResult<M>>;
} = {
  "rubberduck/edit/decide": async (engine, params) => {
    await engine.reviews.decide(params);
    return {};
  },
  "rubberduck/edit/preview": (engine, params, signal) => engine.reviews.preview(params, signal),
  "rubberduck/edit/revert": (engine, params, signal) => engine.reviews.revert(params, signal),
  "rubberduck/edit/rewind": (engine, params, signal) => engine.rewind(params, signal),
};
