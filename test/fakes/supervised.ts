import type { Summarizer } from "../../server/context/summarizer.ts";
import type { Titler } from "../../server/context/titler.ts";
import type { TurnRunner } from "../../server/context/turn.ts";
import { Supervisor, type SupervisorOptions } from "../../server/conversation/supervisor.ts";
import type { ReviewedFiles } from "../../server/edits/reviewedFiles.ts";
import type { Verification } from "../../server/edits/verification.ts";
import type { ShortTermTally } from "../../server/memory/shortTerm.ts";
import type { ChatEvent } from "../../server/protocol/events.ts";
import type { SendParams } from "../../server/protocol/requests.ts";
import { emptyTranscript, type Transcript, update } from "../../server/protocol/transcript.ts";
import type { ConversationLogs } from "../../server/store/eventLog.ts";
import { MemoryLogs } from "../../server/store/memoryLogs.ts";
import { silentLog } from "../../server/util/log.ts";
import { FakeClock } from "./clock.ts";
import { ScriptedRunner } from "./scriptedRunner.ts";

/** A supervisor with everything around it held still. `restart` is a crash: a new one over the same logs. */
export function supervised<R extends TurnRunner = ScriptedRunner>(
  options: {
    runner?: R;
    logs?: ConversationLogs;
    list?: SupervisorOptions["list"];
    titler?: Titler;
    summarizer?: Summarizer;
    tally?: ShortTermTally;
    reviewedFiles?: ReviewedFiles;
    verification?: Verification;
    ids?: string;
    liveConversations?: number;
  } = {},
) {
  const logs = options.logs ?? new MemoryLogs();
  const clock = new FakeClock();
  let ids = 0;
  const newId = () => `${options.ids ?? "id"}-${++ids}`;
  let starts = 0;
  const start = () => {
    const epoch = ++starts;
    const runner = (options.runner ?? new ScriptedRunner()) as R;
    const supervisor = new Supervisor({
      logs,
      isSuperseded: async () => starts > epoch,
      hybrid: runner,
      clock,
      newId,
      logger: silentLog,
      ...(options.liveConversations !== undefined && { liveConversations: options.liveConversations }),
      ...(options.list && { list: options.list }),
      ...(options.titler && { titler: options.titler }),
      ...(options.summarizer && { summarizer: options.summarizer }),
      ...(options.reviewedFiles && { reviewedFiles: options.reviewedFiles }),
      ...(options.verification && { verification: options.verification }),
      ...(options.tally && { shortTerm: options.tally }),
    });
    return { supervisor, runner };
  };
  return { ...start(), restart: start, logs, clock };
}

export function message(content: string, fields: Partial<SendParams> = {}): SendParams {
  return {
    conversationId: "c",
    operationId: `op-${content.slice(0, 40).replace(/[^A-Za-z0-9]/g, "-")}`,
    content,
    ...fields,
  };
}

/** Follows a conversation as a client does: folds its events, and can be asked for the state. */
export class Follower {
  readonly events: ChatEvent[] = [];
  transcript: Transcript = emptyTranscript;
  readonly ended: Promise<void>;
  readonly #abort = new AbortController();
  #wake: (() => void) | undefined;

  constructor(
    supervisor: Pick<Supervisor, "subscribe">,
    from: { lastSeq?: number; offset?: number; snapshot?: boolean } = {},
    conversationId = "c",
  ) {
    const { lastSeq = 0, offset = 0, snapshot = false } = from;
    this.ended = this.#follow(supervisor.subscribe({ conversationId, lastSeq, offset, snapshot }, this.#abort.signal));
  }

  /** Continues from where another client was when it lost its connection. */
  static resume(supervisor: Pick<Supervisor, "subscribe">, lost: Follower): Follower {
    const { transcript } = lost;
    const running = transcript.turns.findLast((turn) => turn.state === "running");
    const follower = new Follower(supervisor, { lastSeq: transcript.lastSeq, offset: running?.text.length ?? 0 });
    follower.transcript = { ...transcript, caughtUp: false };
    return follower;
  }

  async until(condition: (transcript: Transcript) => boolean): Promise<Transcript> {
    const deadline = performance.now() + 5000;
    while (!condition(this.transcript)) {
      if (performance.now() > deadline)
        throw new Error(`never happened; the events were ${JSON.stringify(this.events)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 50);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.transcript;
  }

  leave(): void {
    this.#abort.abort();
  }

  async #follow(events: AsyncIterable<ChatEvent>): Promise<void> {
    for await (const event of events) {
      this.events.push(event);
      this.transcript = update(this.transcript, event);
      this.#wake?.();
    }
  }
}

/** Reads a turn's stream to its end. */
export async function finished<T>(stream: AsyncGenerator<ChatEvent, T>): Promise<{ events: ChatEvent[]; result: T }> {
  const events: ChatEvent[] = [];
  for (;;) {
    const next = await stream.next();
    if (next.done) return { events, result: next.value };
    events.push(next.value);
  }
}

export const unending = new AbortController().signal;
