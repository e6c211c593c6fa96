import type { ComponentChildren } from "preact";
import type { Receipt } from "../../server/protocol/events.ts";
import type { Turn } from "../../server/protocol/transcript.ts";
import { count, receiptCounts } from "../state.ts";
import { usePanel } from "./context.ts";
import { FoldButton, useFold } from "./fold.tsx";
import { AnswerAgain } from "./memory/answerAgain.tsx";
import { ReceiptView } from "./receipt.tsx";

/** One quiet line below an answer; opens in place to show what the model was given. */
export function ReceiptFold({ turn, actions }: { turn: Turn; actions: ComponentChildren }) {
  const { incognito } = usePanel();
  const fold = useFold();
  const { receipt } = turn;
  if (receipt === undefined) return <footer class="answer-foot">{actions}</footer>;
  return (
    <>
      <footer class="answer-foot">
        <FoldButton fold={fold}>
          <span class="sr-only">Receipt: </span>
          <span class="clip num">
            <Summary receipt={receipt} isIncognito={incognito.isOn.value} />
          </span>
        </FoldButton>
        {actions}
      </footer>
      {fold.isOpen && <ReceiptView receipt={receipt} id={fold.id} place={turn.accepted.turnId} />}
      {fold.isOpen && <AnswerAgain turn={turn} receipt={receipt} />}
    </>
  );
}

function Summary({ receipt, isIncognito }: { receipt: Receipt; isIncognito: boolean }) {
  const counts = receiptCounts(receipt);
  const lead = counts === "" ? "" : `${counts} · `;
  if (isIncognito) return <>{lead}nothing written</>;
  if (receipt.model.kind === "offline") return <>{lead}no model</>;
  return (
    <>
      {lead}
      {count(receipt.usedTokens)}
      <span class="at-380"> of {count(receipt.budgetTokens)}</span> tokens
    </>
  );
}
