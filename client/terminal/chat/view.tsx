/** @jsxImportSource react */
import { Box, Static, Text, useInput, usePaste, useWindowSize } from "ink";
import { useEffect, useRef, useState } from "react";
import type { Turn } from "../../../server/protocol/transcript.ts";
import { escapeControls } from "../../../server/util/escapeControls.ts";
import { titleOf } from "../../../webview/state.ts";
import type { Chat } from "./chat.ts";
import { onChatKey, onListKey, typed } from "./keys.ts";
import { inserted } from "./lineEditor.ts";
import { answerText, dim, messageText, turnText } from "./turnText.ts";
import { useOffered } from "./useOffered.ts";
import { useSignal } from "./useSignal.ts";

/** Below this many turns nobody scrolls back in a terminal; the panel has them all. */
const MOST_TURNS = 50;

export interface ChatViewProps {
  readonly chat: Chat;
  /** Empties the terminal: what was written is written anew. */
  readonly clear: () => void;
}

/** What was said goes to the terminal's own scrollback; below it stands what still changes, never higher than the terminal. */
export function ChatView({ chat, clear }: ChatViewProps) {
  const page = useSignal(chat.page);
  const { rows } = useWindowSize();
  useInput((input, key) => {
    if (key.ctrl && input === "c") chat.interrupt();
  });
  return (
    <Box flexDirection="column">
      <Written chat={chat} clear={clear} />
      {page === "chat" && <Conversation chat={chat} rows={rows} />}
      {page === "conversations" && <ConversationList chat={chat} rows={rows} />}
      {page === "memory" && <MemoryHits chat={chat} rows={rows} />}
    </Box>
  );
}

interface Item {
  readonly key: string;
  readonly text: string;
}

/** Each thing once; all of it anew when another conversation is shown, or when something of it has changed. */
function Written({ chat, clear }: ChatViewProps) {
  const id = useSignal(chat.panel.conversation.id);
  const ended = useSignal(chat.ended);
  const notes = useSignal(chat.notes);
  const { title } = useSignal(chat.panel.conversation.transcript);
  const [generation, setGeneration] = useState(0);
  const written = useRef<{ id: string | undefined; keys: readonly string[] }>({ id, keys: [] });
  const keys = ended.map(keyOf);
  const isOther = written.current.id !== undefined && written.current.id !== id;
  const hasChanged = isOther || written.current.keys.some((key, index) => keys[index] !== key);
  useEffect(() => {
    chat.history.set(ended.map(({ accepted }) => accepted.content));
    written.current = { id, keys };
    if (!hasChanged) return;
    clear();
    setGeneration((before) => before + 1);
  });
  const earlier = ended.length - MOST_TURNS;
  const items: Item[] = [
    ...(earlier > 0
      ? [{ key: "earlier", text: dim(`… ${earlier} earlier messages: see the panel`, chat.writing) }]
      : []),
    ...ended.slice(-MOST_TURNS).map((turn) => ({ key: keyOf(turn), text: `${turnText(turn, chat.writing)}\n` })),
    ...notes.map(({ id: note, text }) => ({ key: `note-${note}`, text: `${text}\n` })),
  ];
  void title;
  return (
    <Static key={generation} items={hasChanged ? [] : items}>
      {({ key, text }) => (
        <Box key={key}>
          <Text>{text}</Text>
        </Box>
      )}
    </Static>
  );
}

/** Another one when what is written of a turn is another. */
function keyOf({ accepted, state, text, stopReason, forgotten, reviews = [], receipt }: Turn): string {
  const decided = reviews.map((review) => `${review.state}${Object.keys(review.decisions).length}`).join();
  return [accepted.turnId, state, text.length, stopReason, forgotten, decided, receipt?.included.length].join("|");
}

function Conversation({ chat, rows }: { chat: Chat; rows: number }) {
  const offered = useOffered(chat);
  useInput((input, key) => {
    if (!(key.ctrl && input === "c")) onChatKey(chat, offered, input, key);
  });
  usePaste((text) => chat.write(inserted(chat.line.peek(), typed(text))));
  const running = useSignal(chat.running);
  const waiting = useSignal(chat.waiting);
  const outgoing = useSignal(chat.panel.composer.outgoing);
  const { draft } = useSignal(chat.line);
  const boxRows = Math.min(MOST_BOX, draft.split("\n").length);
  const left = Math.max(3, rows - boxRows - offered.suggestions.length - waiting.length - outgoing.length - 5);
  return (
    <>
      {running !== undefined && <Running chat={chat} turn={running} height={left} />}
      {waiting.map(({ accepted }) => (
        <Text key={accepted.turnId} dimColor wrap="truncate">
          {`  waits: ${escapeControls(accepted.content)}`}
        </Text>
      ))}
      {outgoing.map(({ operationId, content }) => (
        <Text key={operationId} dimColor wrap="truncate">
          {`› ${escapeControls(content)}`}
        </Text>
      ))}
      <InputBox chat={chat} />
      {offered.suggestions.map(({ text, label, summary, limited }, index) => (
        <Text key={text} inverse={index === offered.selected} wrap="truncate">
          {`${index === offered.selected ? "❯" : " "} ${label.padEnd(16)} ${limited ?? summary ?? ""}`}
        </Text>
      ))}
      <StatusLine chat={chat} />
    </>
  );
}

const MOST_BOX = 8;

/** The newest lines of an answer that is coming. A screen reader hears finished sentences instead. */
function Running({ chat, turn, height }: { chat: Chat; turn: Turn; height: number }) {
  const spoken = useSignal(chat.panel.conversation.spoken);
  const { writing } = chat;
  const { progress, steps } = turn;
  const doing = progress ?? steps?.at(-1)?.label ?? "Thinking";
  if (writing.isSpoken) return <Text>{turn.text === "" ? `${doing} …` : spoken}</Text>;
  const text = answerText(turn, writing);
  const shown = text.split("\n").slice(-height).join("\n");
  return (
    <Box flexDirection="column">
      <Text wrap="truncate">{messageText(turn, writing).split("\n", 1)[0]}</Text>
      {text === "" ? (
        <Text dimColor>{`${escapeControls(doing)} …`}</Text>
      ) : (
        <Box maxHeight={height} overflow="hidden" flexDirection="column" justifyContent="flex-end">
          <Text>{shown}</Text>
        </Box>
      )}
    </Box>
  );
}

function InputBox({ chat }: { chat: Chat }) {
  const { draft, caret } = useSignal(chat.line);
  const { hasColour, isSpoken } = chat.writing;
  if (isSpoken) return <Text>{`Message: ${escapeControls(draft)}`}</Text>;
  const [before, at, after] = [draft.slice(0, caret), draft.slice(caret, caret + 1), draft.slice(caret + 1)];
  const shownAt = at === "" || at === "\n" ? " " : at;
  const lines = before.split("\n").length - 1;
  return (
    <Box
      borderStyle={hasColour ? "round" : "classic"}
      borderDimColor
      borderLeft={false}
      borderRight={false}
      flexDirection="column"
    >
      <Text>
        {lines >= MOST_BOX
          ? before
              .split("\n")
              .slice(1 - MOST_BOX)
              .join("\n")
          : `› ${before}`}
        {hasColour ? <Text inverse>{escapeControls(shownAt)}</Text> : `|${at === "\n" ? "" : at}`}
        {at === "\n" && "\n"}
        {draft === "" ? (
          <Text dimColor>Ask about your code · / commands</Text>
        ) : (
          after.split("\n").slice(0, MOST_BOX).join("\n")
        )}
      </Text>
    </Box>
  );
}

/** Who else is here is to be seen beside a long title. */
const TITLE_SHARE = 0.3;

function StatusLine({ chat }: { chat: Chat }) {
  const { columns } = useWindowSize();
  const status = useSignal(chat.status);
  const isLeaving = useSignal(chat.isLeaving);
  const isAnswering = useSignal(chat.panel.answering);
  const transcript = useSignal(chat.panel.conversation.transcript);
  const hint = isLeaving ? "Ctrl+C again leaves" : isAnswering ? "Esc stops" : "Ctrl+O conversations · /help";
  return (
    <Box justifyContent="space-between" gap={2}>
      <Box>
        <Box flexShrink={0} maxWidth={Math.floor(columns * TITLE_SHARE)}>
          <Text dimColor wrap="truncate">
            {escapeControls(titleOf(transcript))}
          </Text>
        </Box>
        <Text dimColor wrap="truncate">{` · ${status}`}</Text>
      </Box>
      <Box flexShrink={0}>
        <Text dimColor>{hint}</Text>
      </Box>
    </Box>
  );
}

function ConversationList({ chat, rows }: { chat: Chat; rows: number }) {
  useInput((input, key) => {
    if (!(key.ctrl && input === "c")) onListKey(chat, input, key);
  });
  const all = useSignal(chat.rows);
  const selected = useSignal(chat.selected);
  const filter = useSignal(chat.filter);
  const isLoaded = useSignal(chat.panel.conversations.loaded);
  const room = Math.max(3, rows - 5);
  const from = Math.max(0, Math.min(selected - Math.floor(room / 2), all.length - room));
  return (
    <Box flexDirection="column">
      <Text bold>{`Conversations${filter === "" ? "" : `: ${escapeControls(filter)}`}`}</Text>
      {!isLoaded && <Text dimColor>Loading …</Text>}
      {isLoaded && all.length === 0 && <Text dimColor>{filter === "" ? "There are none yet." : "None fits."}</Text>}
      {all.slice(from, from + room).map(({ conversationId, title, messages, answering, pinned }, index) => (
        <Text key={conversationId} inverse={from + index === selected} wrap="truncate">
          {`${from + index === selected ? "❯" : " "} ${pinned ? "* " : ""}${escapeControls(title)}  (${messages}${answering ? ", answering" : ""})`}
        </Text>
      ))}
      <Text dimColor>Enter opens · type to filter · Ctrl+N new · Esc back</Text>
    </Box>
  );
}

function MemoryHits({ chat, rows }: { chat: Chat; rows: number }) {
  useInput((_, key) => {
    if (key.escape || key.return) chat.page.value = "chat";
  });
  const hits = useSignal(chat.hits);
  const query = useSignal(chat.filter);
  return (
    <Box flexDirection="column">
      <Text bold>{`Memory: ${escapeControls(query)}`}</Text>
      {hits === undefined && <Text dimColor>Searching …</Text>}
      {hits?.length === 0 && <Text dimColor>Nothing is remembered about that.</Text>}
      {hits?.slice(0, Math.max(2, Math.floor((rows - 4) / 2))).map(({ id, kind, text, source }) => (
        <Box key={id} flexDirection="column">
          <Text wrap="truncate">{`${kind}: ${escapeControls(text.replace(/\s+/g, " "))}`}</Text>
          <Text dimColor wrap="truncate">{`  ${escapeControls(source.label ?? "")} · ${source.at.slice(0, 10)}`}</Text>
        </Box>
      ))}
      <Text dimColor>Esc back · rubberduck memory forget ID forgets one</Text>
    </Box>
  );
}
