import { useEffect, useId, useRef } from "preact/hooks";
import { count } from "../state.ts";
import { usePanel } from "./context.ts";
import { Meter } from "./meter.tsx";
import { ReceiptView } from "./receipt.tsx";

/** How full the model's window would be; a click lists with what. Nothing without a model, or while nothing is written or asked for. */
export function ContextMeter() {
  const { preview } = usePanel();
  const id = useId();
  const receipt = preview.receipt.value;
  const problem = preview.problem.value;
  const note = preview.note.value;
  const isOpen = preview.isOpen.value;
  const setOpen = (open: boolean) => {
    preview.isOpen.value = open;
  };
  const button = useRef<HTMLButtonElement>(null);
  const isListed = isOpen && receipt !== undefined;
  // Opened by the command, it is where Escape closes it.
  useEffect(() => {
    if (isListed) button.current?.focus();
  }, [isListed]);
  if (problem !== undefined) {
    return (
      <span class="context-meter is-full meta" title={problem} role="status">
        Too long
      </span>
    );
  }
  if (receipt === undefined && isOpen && note !== undefined) {
    return (
      <span class="context-meter">
        <button type="button" class="popup context-preview meta" onClick={() => setOpen(false)}>
          {note}
        </button>
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
        ref={button}
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
          <ReceiptView receipt={receipt} id={id} place="preview" name="What would be sent" />
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
