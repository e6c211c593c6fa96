import type { CommandMatch } from "../commands.ts";
import type { SlashMenu } from "./slashMenu.ts";

export function SlashPopup({ menu }: { menu: SlashMenu }) {
  return (
    <div class="popup">
      <div role="listbox" id={menu.listId} aria-label="Commands">
        {menu.matches.map((match, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the box keeps the focus and handles the keys
          // biome-ignore lint/a11y/useFocusableInteractive: chosen through aria-activedescendant
          <div
            key={match.command.name}
            class="option"
            role="option"
            id={menu.optionId(index)}
            aria-selected={index === menu.selected}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => menu.run(index)}
          >
            <span>
              /<Name match={match} />
            </span>
            <span class="meta clip what">{match.command.summary}</span>
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
          <kbd>Enter</kbd> run
        </span>
        <span class="at-380">
          <kbd>Esc</kbd> close
        </span>
      </div>
    </div>
  );
}

function Name({ match }: { match: CommandMatch }) {
  return Array.from(match.command.name, (letter, index) => (match.letters.includes(index) ? <b>{letter}</b> : letter));
}
