import type { ComponentChildren } from "preact";
import type { Receipt } from "../../server/protocol/events.ts";
import { count, receiptCounts } from "../state.ts";
import { FoldButton, useFold } from "./fold.tsx";
import { ReceiptView } from "./receipt.tsx";

/** One quiet line below an answer; opens in place to show what the model was given. */
export function ReceiptFold({ receipt, actions }: { receipt: Receipt | undefined; actions: ComponentChildren }) {
  const fold = useFold();
  if (receipt === undefined) return <footer class="answer-foot">{actions}</footer>;
  return (
    <>
      <footer class="answer-foot">
        <FoldButton fold={fold}>
          <span class="sr-only">Receipt: </span>
          <span class="clip num">
            <Summary receipt={receipt} />
          </span>
        </FoldButton>
        {actions}
      </footer>
      {fold.isOpen && <ReceiptView receipt={receipt} id={fold.id} />}
    </>
  );
}

function Summary({ receipt }: { receipt: Receipt }) {
  const counts = receiptCounts(receipt);
  const lead = counts === "" ? "" : `${counts} · `;
  if (receipt.model.kind === "offline") return <>{lead}no model</>;
  return (
    <>
      {lead}
      {count(receipt.usedTokens)}
      <span class="at-380"> of {count(receipt.budgetTokens)}</span> tokens
    </>
  );
}
