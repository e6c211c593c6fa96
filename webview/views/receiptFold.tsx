import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import type { Receipt } from "../../server/protocol/events.ts";
import { count, receiptCounts } from "../state.ts";
import { Icon } from "./icon.tsx";
import { ReceiptView } from "./receipt.tsx";

/** One quiet line below an answer; opens in place to show what the model was given. */
export function ReceiptFold({ receipt, actions }: { receipt: Receipt | undefined; actions: ComponentChildren }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  if (receipt === undefined) return <footer class="answer-foot">{actions}</footer>;
  return (
    <>
      <footer class="answer-foot">
        <button
          type="button"
          class="fold"
          aria-expanded={open}
          aria-controls={open ? id : undefined}
          onClick={() => setOpen(!open)}
        >
          <Icon name={open ? "chevron-down" : "chevron-right"} />
          <span class="sr-only">Receipt: </span>
          <span class="clip num">
            <Summary receipt={receipt} />
          </span>
        </button>
        {actions}
      </footer>
      {open && <ReceiptView receipt={receipt} id={id} />}
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
