import type { Turn } from "../../server/protocol/transcript.ts";
import { isNamed } from "../attachments.ts";
import { splitCommand } from "../commands.ts";
import { clock } from "../state.ts";
import { Answer } from "./answer.tsx";
import { MessageChips } from "./chips.tsx";
import { CopyButton } from "./codeBlock.tsx";
import { usePanel } from "./context.ts";
import { Icon, IconButton } from "./icon.tsx";
import { memo } from "./memo.ts";

/** A message and its answer. Drawn again only when the turn itself changed: long conversations stay quick. */
export const TurnView = memo(({ turn, waits, isLast }: { turn: Turn; waits: boolean; isLast: boolean }) => (
  <>
    <UserMessage turn={turn} waits={waits} />
    {!waits && <Answer turn={turn} isLast={isLast} />}
  </>
));

/** On its way to the server. */
export function OutgoingView({ content }: { content: string }) {
  return (
    <article class="message-user is-outgoing" aria-label="You" aria-busy="true">
      <Bubble content={content} />
    </article>
  );
}

function UserMessage({ turn, waits }: { turn: Turn; waits: boolean }) {
  const panel = usePanel();
  const { content, attachments, at } = turn.accepted;
  const edit = () => {
    panel.composer.insert(content);
    panel.composer.attach(...attachments.filter(isNamed));
    panel.focus();
  };
  return (
    <article class="message-user" aria-label={`You, ${clock(at)}`}>
      <div class="actions" role="toolbar" aria-label="Your words">
        <IconButton icon="edit" label="Edit and ask again" onClick={edit} />
        <CopyButton label="Copy" text={content} />
      </div>
      <Bubble content={content} />
      <MessageChips attachments={attachments} />
      {waits && (
        <div class="queued meta">
          <Icon name="clock" />
          <span>Queued</span>
          <button type="button" class="text-button" onClick={() => void panel.composer.takeBack(turn)}>
            Take back
          </button>
        </div>
      )}
    </article>
  );
}

function Bubble({ content }: { content: string }) {
  const { command, rest } = splitCommand(content);
  return (
    <div class="bubble">
      {command !== "" && <span class="command">{command}</span>}
      {rest}
    </div>
  );
}
