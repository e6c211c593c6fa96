import { useState } from "preact/hooks";
import type { Pattern } from "../../../server/protocol/memory.ts";
import { shortened } from "../../memory/words.ts";
import { count, shortTime } from "../../state.ts";
import { usePanel } from "../context.ts";
import { IconButton } from "../icon.tsx";
import { Meter } from "../meter.tsx";
import { useRoving } from "../roving.ts";
import { Tier } from "./tier.tsx";

/** What is asked and done again and again. */
export function PatternsTier() {
  const patterns = usePanel().memoryPage.patterns.value;
  const { listProps, tabIndexOf } = useRoving(patterns.length);
  const most = Math.max(...patterns.map(({ frequency }) => frequency), 1);
  return (
    <Tier name="Mid-term" count={count(patterns.length)} about="patterns, fading">
      <ul {...listProps}>
        {patterns.map((pattern, row) => (
          <Row key={pattern.id} pattern={pattern} share={pattern.frequency / most} tabIndex={tabIndexOf(row)} />
        ))}
      </ul>
    </Tier>
  );
}

function Row({ pattern, share, tabIndex }: { pattern: Pattern; share: number; tabIndex: 0 | -1 }) {
  const panel = usePanel();
  const [isOpen, setOpen] = useState(false);
  const { label, frequency, lastSeenAt, examples } = pattern;
  const words = pattern.kind === "intent" ? label.charAt(0).toUpperCase() + label.slice(1) : label;
  const times = Math.max(1, Math.round(frequency));
  const shown = examples.length === 1 ? "1 example" : `${examples.length} examples`;
  return (
    <li class="row" data-row>
      <div class="row-top">
        <button
          type="button"
          class="row-text row-main"
          aria-expanded={isOpen}
          tabIndex={tabIndex}
          data-row-main
          onClick={() => setOpen(!isOpen)}
        >
          {words}
        </button>
        <span class="score">
          <Meter label="How often" value={share} title={`about ${times} times`} />
          <span class="tokens num">{count(times)}×</span>
        </span>
      </div>
      <div class="row-why num">
        last {shortTime(lastSeenAt)}
        {examples.length > 0 && ` · ${shown}`}
      </div>
      {isOpen && (
        <div class="memory-details">
          {examples.map(({ conversationId, turnId, text }) => (
            <button
              key={turnId}
              type="button"
              class="row-link"
              title="Show where it was said"
              onClick={() => panel.openAt(conversationId, turnId)}
            >
              “{shortened(text, 120)}”
            </button>
          ))}
        </div>
      )}
      <div class="actions" role="toolbar" aria-label="Actions">
        <IconButton
          icon="bookmark"
          label="Remember…"
          tabIndex={-1}
          onClick={() => {
            panel.memoryPage.writing.value = words;
          }}
        />
      </div>
    </li>
  );
}
