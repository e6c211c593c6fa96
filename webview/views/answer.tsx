import type { Turn } from "../../server/protocol/transcript.ts";
import { clock } from "../state.ts";
import { answerParts } from "../steps.ts";
import { Choices } from "./choices.tsx";
import { CopyButton } from "./codeBlock.tsx";
import { usePanel } from "./context.ts";
import { Duck, Icon, IconButton } from "./icon.tsx";
import { Markdown } from "./markdown.tsx";
import { Outcome } from "./outcome.tsx";
import { ReasoningFold } from "./reasoningFold.tsx";
import { ReceiptFold } from "./receiptFold.tsx";
import { ReviewList } from "./reviews/reviewView.tsx";
import { StepsFold } from "./steps.tsx";
import { Workflow } from "./workflow.tsx";

interface AnswerProps {
  turn: Turn;
  isLast: boolean;
  /** Among all messages, from 1. */
  position: number;
  /** How many messages there are. */
  setSize: number;
}

export function Answer({ turn, isLast, position, setSize }: AnswerProps) {
  const isDone = turn.state === "done";
  return (
    <article
      class="message-duck"
      aria-label={`RubberDuck, ${clock(turn.doneAt ?? turn.accepted.at)}`}
      aria-busy={!isDone}
      aria-posinset={position}
      aria-setsize={setSize}
    >
      <Origin turn={turn} />
      <NotSent turn={turn} />
      <ReasoningFold turn={turn} />
      {turn.workflow !== undefined && <Workflow name={workName(turn)} steps={turn.workflow} />}
      {answerParts(turn).map((part, index) =>
        part.kind === "text" ? (
          <Markdown key={index} text={part.text} streaming={!isDone && part.isLast} />
        ) : (
          <StepsFold key={index} steps={part.steps} />
        ),
      )}
      {!isDone && isWaiting(turn) && turn.reasoning === undefined && <Progress message={turn.progress} />}
      <ReviewList turn={turn} />
      {isDone && isLast && <Choices turn={turn} />}
      {isDone && <Outcome turn={turn} isLast={isLast} />}
      {isDone && <Foot turn={turn} />}
    </article>
  );
}

/** No words are coming, and no step says what is being done instead. */
function isWaiting({ text, progress, steps = [], workflow = [] }: Turn): boolean {
  return (text === "" || progress !== undefined) && ![...steps, ...workflow].some(({ state }) => state === "running");
}

/** What the steps are about: "Refactor". */
function workName({ command = "work" }: Turn): string {
  return command.charAt(0).toUpperCase() + command.slice(1);
}

/** Why somebody else answered than one would expect. That no model did so, an answer says itself. */
function Origin({ turn }: { turn: Turn }) {
  const model = turn.model ?? (turn.state === "running" ? turn.receipt?.model : undefined);
  if (model?.reason === undefined) return null;
  return (
    <div class="origin">
      {model.kind === "offline" ? <Duck /> : <Icon name="info" />}
      <span>{model.reason}</span>
    </div>
  );
}

/** What the user named and nothing of which was sent: gone, secret, or not for this model. */
function NotSent({ turn }: { turn: Turn }) {
  const missing = turn.receipt?.leftOut.filter((item) => item.missing) ?? [];
  return missing.map((item) => (
    <div key={`${item.attachment} ${item.label}`} class="origin is-warning">
      <Icon name="warning" />
      <span>
        {item.label} was not sent. {item.why}
      </span>
    </div>
  ));
}

function Progress({ message }: { message: string | undefined }) {
  return (
    <div class="typing meta">
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span class="clip">{message ?? "Thinking"}</span>
    </div>
  );
}

function Foot({ turn }: { turn: Turn }) {
  const { composer } = usePanel();
  if (turn.text === "" && turn.receipt === undefined) return null;
  const actions = (
    <div class="actions" role="toolbar" aria-label="Answer actions">
      {turn.text !== "" && <CopyButton label="Copy answer" text={turn.text} />}
      {turn.kind !== "command" && (
        <IconButton icon="refresh" label="Regenerate" onClick={() => void composer.retry(turn, "regenerate")} />
      )}
    </div>
  );
  return <ReceiptFold turn={turn} actions={actions} />;
}
