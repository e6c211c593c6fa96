import type { CommandSuggestion } from "../../server/protocol/commands.ts";
import { markedPieces } from "../commands.ts";
import type { SlashMenu } from "./slashMenu.ts";

export function SlashPopup({ menu }: { menu: SlashMenu }) {
  return (
    <div class="popup">
      <div role="listbox" id={menu.listId} aria-label={menu.name}>
        {menu.suggestions.map((suggestion, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the box keeps the focus and handles the keys
          // biome-ignore lint/a11y/useFocusableInteractive: chosen through aria-activedescendant
          <div
            key={suggestion.text}
            class={suggestion.limited === undefined ? "option" : "option is-limited"}
            role="option"
            id={menu.optionId(index)}
            aria-selected={index === menu.selected}
            title={tooltipOf(suggestion)}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => menu.pick(index)}
          >
            <Label suggestion={suggestion} />
            <span class="meta clip what">{suggestion.summary}</span>
            <Reason suggestion={suggestion} />
            {suggestion.limited !== undefined && <span class="meta limit">{suggestion.limited}</span>}
          </div>
        ))}
      </div>
      <div class="popup-foot">
        <span>
          <kbd>↑</kbd> <kbd>↓</kbd> choose
        </span>
        <span>
          <kbd>Tab</kbd> complete
        </span>
        <span>
          <kbd>Enter</kbd> {menu.selected < 0 ? "send" : "run"}
        </span>
        <span class="at-380">
          <kbd>Esc</kbd> close
        </span>
      </div>
    </div>
  );
}

function Label({ suggestion }: { suggestion: CommandSuggestion }) {
  return (
    <span class="clip">
      {markedPieces(suggestion).map(({ text, isMarked }, index) => (isMarked ? <b key={index}>{text}</b> : text))}
    </span>
  );
}

/** Why it is offered; the score where there is room, and always in the tooltip. */
function Reason({ suggestion: { why, score } }: { suggestion: CommandSuggestion }) {
  return (
    <span class="meta num">
      {why}
      <span class="at-480">
        {why === undefined ? "" : " · "}
        {score.toFixed(1)}
      </span>
    </span>
  );
}

function tooltipOf({ summary, why, score, limited }: CommandSuggestion): string {
  return [summary, limited, `${why ?? "match"}: ${score.toFixed(1)}`].filter(Boolean).join("\n");
}
