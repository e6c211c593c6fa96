import type { Samples } from "../telemetry/samples.ts";
import type { Clock } from "../util/clock.ts";
import type { ConversationLogs, EventLog } from "./eventLog.ts";

/** The same logs; how long it takes until events would survive a loss of power goes into the samples, in ms. */
export function timedLogs(logs: ConversationLogs, durableMs: Samples, clock: Clock): ConversationLogs {
  return {
    open: async (conversationId) => timedLog(await logs.open(conversationId), durableMs, clock),
    list: () => logs.list(),
    mark: (conversationId) => logs.mark(conversationId),
    trash: (conversationId) => logs.trash(conversationId),
    restore: (conversationId) => logs.restore(conversationId),
    isTrashed: (conversationId) => logs.isTrashed(conversationId),
  };
}

function timedLog(log: EventLog, durableMs: Samples, clock: Clock): EventLog {
  return {
    append: async (events, options) => {
      const beganMs = clock.monotonicMs();
      await log.append(events, options);
      if (options.durable) durableMs.add(clock.monotonicMs() - beganMs);
    },
    read: () => log.read(),
    pieces: (skip, signal) => log.pieces(skip, signal),
    rewrite: (change) => log.rewrite(change),
    close: () => log.close(),
  };
}
