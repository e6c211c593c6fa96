import { useRef } from "preact/hooks";
import { splitCommand } from "../commands.ts";
import { clientName } from "../people.ts";
import { clock, type ShownTurn } from "../state.ts";
import { Answer } from "./answer.tsx";
import { MessageChips } from "./chips.tsx";
import { CopyButton } from "./codeBlock.tsx";
import { usePanel } from "./context.ts";
import { ForgottenLine, useWantedFocus } from "./forgotten.tsx";
import { IconButton } from "./icon.tsx";
import { memo } from "./memo.ts";
import { From } from "./people.tsx";
import { QueuedLine, RevisedMessage } from "./queued.tsx";
import { RewindView } from "./rewind.tsx";
import { VersionSwitcher } from "./versions.tsx";

/** A message and its answer. Drawn again only when the turn itself changed: long conversations stay quick. */
export const TurnView = memo(({ turn, waits, isLast, position, setSize }: TurnViewProps) =>
  turn.forgotten === undefined ? (
    <>
      <UserMessage turn={turn} waits={waits} position={position} setSize={setSize} />
      {!waits && <Answer turn={turn} isLast={isLast} position={position + 1} setSize={setSize} />}
    </>
  ) : (
    <ForgottenLine turn={turn} position={position} setSize={setSize} />
  ),
);

interface TurnViewProps extends ShownTurn {
  /** Of its message among all messages, from 1. */
  position: number;
  /** How many messages there are. */
  setSize: number;
}

/** On its way to the server. */
export function OutgoingView({ content }: { content: string }) {
  return (
    <article class="message-user is-outgoing" aria-label="You" aria-busy="true">
      <Bubble content={content} />
    </article>
  );
}

function UserMessage({ turn, waits, position, setSize }: Omit<TurnViewProps, "isLast">) {
  const panel = usePanel();
  const { content, attachments, at, client } = turn.accepted;
  const isOwn = client === panel.host.client;
  const revision = waits ? panel.queue.revision.value : undefined;
  const revised = revision?.turnId === turn.accepted.turnId ? revision.text : undefined;
  const edit = () => {
    panel.composer.edit(turn);
    panel.focus();
  };
  const canForget = turn.state !== "queued";
  const forget = () => void panel.forgetting.forget(turn);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Delete" || event.target !== event.currentTarget || !canForget) return;
    event.preventDefault();
    forget();
  };
  const article = useRef<HTMLElement>(null);
  useWantedFocus(article, turn.accepted.turnId, "message");
  return (
    <article
      ref={article}
      onKeyDown={onKeyDown}
      class="message-user"
      tabIndex={-1}
      aria-label={`${isOwn ? "You" : `You, in ${clientName(client)}`}, ${clock(at)}`}
      data-revised={revised !== undefined}
      data-editing={panel.composer.editing.value?.turnId === turn.accepted.turnId}
      aria-posinset={position}
      aria-setsize={setSize}
    >
      <div class="actions" role="toolbar" aria-label="Your words">
        {turn.state !== "queued" && <IconButton icon="edit" label="Edit and ask again" onClick={edit} />}
        <CopyButton label="Copy" text={content} />
        {turn.state === "done" && (
          <IconButton
            icon="discard"
            label="Go back to before this message"
            onClick={() => void panel.rewinding.ask(turn)}
          />
        )}
        {canForget && <IconButton icon="eye-closed" label="Forget message and answer" keys="Del" onClick={forget} />}
      </div>
      {!isOwn && <From client={client} at={at} />}
      {revised === undefined ? <Bubble content={content} /> : <RevisedMessage text={revised} />}
      <MessageChips attachments={attachments} />
      <VersionSwitcher turnId={turn.accepted.turnId} />
      <RewindView turn={turn} />
      {waits && <QueuedLine turn={turn} />}
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
