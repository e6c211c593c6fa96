import type { Episode } from "../../../server/protocol/memory.ts";
import { shortened } from "../../memory/words.ts";
import { shortTime } from "../../state.ts";
import { usePanel } from "../context.ts";
import { Icon } from "../icon.tsx";
import type { BodyProps } from "./memoryRow.tsx";
import { RowActions } from "./rowActions.tsx";

/** What was said, quoted; a click leads to where. */
export function EpisodeBody(props: BodyProps & { episode: Episode; isMuted: boolean }) {
  const { episode, isMuted, id, place, tabIndex, aside, why, isLeftOut = false, onForget } = props;
  const panel = usePanel();
  const { conversationId, turnId, role, at } = episode;
  const said = `${role === "user" ? "You" : "RubberDuck"} said, ${shortTime(at)}`;
  return (
    <>
      <div class="row-top">
        <button
          type="button"
          class={isMuted || isLeftOut ? "row-text row-main is-muted" : "row-text row-main"}
          title="Show where it was said"
          tabIndex={tabIndex}
          data-row-main
          onClick={() => panel.openAt(conversationId, turnId)}
        >
          “{shortened(episode.text, 160)}”
        </button>
        {aside}
      </div>
      <div class="row-why">
        {isMuted ? (
          <span>
            <Icon name="mute" />
            muted in this conversation
          </span>
        ) : (
          <span>
            {said}
            {why !== undefined && why !== "" && ` · ${why}`}
          </span>
        )}
      </div>
      <RowActions
        place={{ id, place }}
        muted={panel.conversation.id.value === undefined ? undefined : isMuted}
        onForget={onForget}
      />
    </>
  );
}
