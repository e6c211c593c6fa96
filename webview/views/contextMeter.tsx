import { useId, useState } from "preact/hooks";
import { count } from "../state.ts";
import { usePanel } from "./context.ts";
import { Meter, ReceiptView } from "./receipt.tsx";

/** How full the model's window would be; a click lists with what. Nothing without a model, or while nothing is written. */
export function ContextMeter() {
  const { preview } = usePanel();
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const receipt = preview.receipt.value;
  const problem = preview.problem.value;
  if (problem !== undefined) {
    return (
      <span class="context-meter is-full meta" title={problem} role="status">
        Too long
      </span>
    );
  }
  if (receipt === undefined) return null;
  const { usedTokens, budgetTokens } = receipt;
  const numbers = `${count(usedTokens)} of ${count(budgetTokens)} tokens`;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a line
    <span
      class="context-meter"
      role="group"
      aria-label="Context"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isOpen) return;
        setOpen(false);
        event.preventDefault();
      }}
    >
      <Meter label="Context" value={budgetTokens > 0 ? usedTokens / budgetTokens : 0} title={numbers} />
      <button
        type="button"
        class="picker num"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        aria-label={`Context: ${numbers}`}
        title={`${numbers} would be sent. Show what.`}
        onClick={() => setOpen(!isOpen)}
      >
        {short(usedTokens)}
      </button>
      {isOpen && (
        <div class="popup context-preview">
          <ReceiptView receipt={receipt} id={id} name="What would be sent" />
        </div>
      )}
    </span>
  );
}

/** 980, 1.8k, 24k. */
function short(tokens: number): string {
  if (tokens < 1000) return String(tokens);
  return tokens < 9950 ? `${(tokens / 1000).toFixed(1)}k` : `${Math.round(tokens / 1000)}k`;
}
