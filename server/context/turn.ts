import type { IntentChoice } from "../protocol/commands.ts";
import type { Proposal } from "../protocol/edits.ts";
import type {
  AcceptedEvent,
  ContextItem,
  ModelChoice,
  ModelName,
  Receipt,
  Step,
  Summary,
  TurnKind,
  Usage,
} from "../protocol/events.ts";
import type { Turn } from "../protocol/transcript.ts";
import type { WorkflowStep } from "../protocol/workflow.ts";
import type { MadeSummary } from "./summarizer.ts";

/** What the engine asks to be answered. */
export interface TurnRequest {
  readonly conversationId: string;
  readonly message: AcceptedEvent;
  /** Earlier turns that a person still sees, oldest first; the ones that are not done are left out. */
  readonly history: readonly Turn[];
  /** What stands for earlier messages of this conversation. */
  readonly summaries: readonly Summary[];
  /** The steps of the turn that this one goes on with, when that broke off: those that are done need not be done again. */
  readonly workflow?: readonly WorkflowStep[];
  /** Who is to answer, unless the message itself asks for an answer offline. */
  readonly model: ModelChoice;
}

/** What an answer is made of, whether a model or a command makes it. The engine numbers, keeps and broadcasts it. */
export type TurnPart =
  | { readonly type: "context"; readonly receipt: Receipt }
  | { readonly type: "text"; readonly text: string }
  /** A tool begins or has ended; the engine knows where in the answer that is. */
  | { readonly type: "step"; readonly step: Omit<Step, "offset">; readonly item?: ContextItem }
  | { readonly type: "reasoning"; readonly text: string }
  /** Steps of work that takes several, new or changed. */
  | { readonly type: "workflow"; readonly steps: readonly WorkflowStep[] }
  /** Changes of files, which somebody decides later; the answer ends without waiting for that. */
  | { readonly type: "proposed"; readonly proposal: Proposal }
  | { readonly type: "progress"; readonly message: string }
  /** Earlier messages were summarised: from now on that may go along in their place. */
  | ({ readonly type: "compacted" } & MadeSummary)
  /** From the next message on this model answers in the conversation. */
  | { readonly type: "model"; readonly choice: ModelChoice }
  /** Earlier messages leave view and context. */
  | { readonly type: "clear" }
  /** The last part. An answer that ends without it, or throws, broke off. */
  | {
      readonly type: "end";
      readonly stopReason: "complete" | "length";
      readonly model?: ModelName;
      readonly usage?: Usage;
      /** With nothing run: what the message may have meant. */
      readonly choices?: readonly IntentChoice[];
    };

export type TurnParts = AsyncGenerator<TurnPart, void>;

/** Who answers turns: the hybrid interface, or a script in tests. */
export interface TurnRunner {
  /** Says first what it takes the message for: a model may be asked about that. A stop meanwhile is found by the parts. */
  run(request: TurnRequest, signal: AbortSignal): Promise<TurnRun>;
}

export interface TurnRun {
  readonly kind: TurnKind;
  /** Name without the slash, when `kind` is "command" or "mixed". */
  readonly command?: string;
  readonly parts: TurnParts;
}
