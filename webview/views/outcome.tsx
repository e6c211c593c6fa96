import type { Turn } from "../../server/protocol/transcript.ts";
import type { Panel } from "../panel.ts";
import { usePanel } from "./context.ts";
import { failureOf, REMEDY_WORDS, type Remedy } from "./failures.ts";
import { Icon } from "./icon.tsx";
import { Notice } from "./notice.tsx";

/** How an answer ended, where it did not simply end. */
export function Outcome({ turn, isLast }: { turn: Turn; isLast: boolean }) {
  switch (turn.stopReason) {
    case "error":
      return <Failed turn={turn} isLast={isLast} />;
    case "interrupted":
      if (turn.error?.code === "storeFailed") return <Unsaved message={turn.error.message} isLast={isLast} />;
      return (
        <Notice
          kind="warning"
          title={turn.workflow ? "The work was cut off" : "The answer was cut off"}
          isNews={isLast}
        >
          <p>{turn.error?.message ?? "What arrived is kept."}</p>
          {turn.workflow !== undefined && <p>Continue goes on behind the steps that are done.</p>}
          <ContinueButtons turn={turn} isLast={isLast} />
        </Notice>
      );
    case "length":
      return (
        <Notice kind="info" title="The answer reached the model's limit" isNews={isLast}>
          <ContinueButtons turn={turn} isLast={isLast} />
        </Notice>
      );
    case "cancelled":
      return (
        <div class="stopped meta">
          <Icon name="circle-slash" />
          {turn.text === "" ? "Stopped" : "Stopped. What was said is kept."}
        </div>
      );
    default:
      return null;
  }
}

/** It is complete, and the server goes on trying. */
function Unsaved({ message, isLast }: { message: string; isLast: boolean }) {
  return (
    <Notice kind="warning" title="This answer is not saved yet" isNews={isLast}>
      <p>{message} It is saved as soon as that works.</p>
    </Notice>
  );
}

function Failed({ turn, isLast }: { turn: Turn; isLast: boolean }) {
  const panel = usePanel();
  const { title, remedies } = failureOf(turn.error?.code ?? "internal");
  return (
    <Notice kind="error" title={title} isNews={isLast}>
      {turn.error !== undefined && <p>{turn.error.message}</p>}
      <div class="buttons">
        {remedies
          .filter((remedy) => isOffered(remedy, panel))
          .map((remedy, index) => (
            <button
              type="button"
              class={isLast && index === 0 ? "button" : "button secondary"}
              onClick={() => apply(remedy, panel, turn)}
            >
              {REMEDY_WORDS[remedy]}
            </button>
          ))}
      </div>
    </Notice>
  );
}

function ContinueButtons({ turn, isLast }: { turn: Turn; isLast: boolean }) {
  const { composer } = usePanel();
  return (
    <div class="buttons">
      <button
        type="button"
        class={isLast ? "button" : "button secondary"}
        onClick={() => void composer.retry(turn, "continue")}
      >
        Continue
      </button>
      <button type="button" class="button secondary" onClick={() => void composer.retry(turn, "regenerate")}>
        Regenerate
      </button>
    </div>
  );
}

/** A page has no settings of its own to change. */
function isOffered(remedy: Remedy, { host }: Panel): boolean {
  switch (remedy) {
    case "changeKey":
      return host.offers("setKey");
    case "chooseModel":
    case "showOutput":
      return host.offers(remedy);
    default:
      return true;
  }
}

function apply(remedy: Remedy, { host, composer }: Panel, turn: Turn): void {
  switch (remedy) {
    case "changeKey":
      host.do({ kind: "setKey" });
      break;
    case "chooseModel":
      host.do({ kind: "chooseModel" });
      break;
    case "showOutput":
      host.do({ kind: "showOutput" });
      break;
    case "answerOffline":
      void composer.retry(turn, "regenerate", "offline");
      break;
    case "tryAgain":
      void composer.retry(turn, "regenerate");
      break;
  }
}
