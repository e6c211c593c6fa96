import type { ComponentChildren, LiHTMLAttributes, Ref } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Memory } from "../../../server/protocol/memory.ts";
import type { MemoryPlace, RowTask } from "../../memory/memories.ts";
import { type RowState, rowState } from "../../memory/rowState.ts";
import { usePanel } from "../context.ts";
import { CorrectField, replacesNote } from "./correctField.tsx";
import { EpisodeBody } from "./episodeBody.tsx";
import { ForgetQuestion } from "./forgetQuestion.tsx";
import { ForgottenRow } from "./forgottenRow.tsx";
import { MemoryBody } from "./memoryBody.tsx";
import { menuContext } from "./rowActions.tsx";
import { SupersededBody } from "./supersededBody.tsx";

export interface MemoryRowProps extends MemoryPlace {
  tabIndex: 0 | -1;
  /** At the right of its first line: score and tokens. */
  aside?: ComponentChildren;
  /** Shown below it once it is opened. */
  details?: (memory: Memory) => ComponentChildren;
  /** Why it is here, beside what it is. */
  why?: string;
  isLeftOut?: boolean;
  /** It was left out because it is muted. */
  wasMuted?: boolean;
  /** On the page of all memories there is more room for what it is. */
  onPage?: boolean;
  /** As it was at a past moment: it cannot be changed. */
  past?: Memory;
  /** The words that were searched for. */
  query?: string;
  /** Of the list item, where the list draws only what is in view. */
  item?: LiHTMLAttributes<HTMLLIElement> & { ref?: Ref<HTMLLIElement>; "data-index"?: number };
}

/** One memory in a list, in whatever state it is. */
export function MemoryRow(props: MemoryRowProps) {
  const { id, place, past, item } = props;
  const readOnly = past !== undefined;
  const { memories, conversation } = usePanel();
  const row = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const now = rowState({
    known: memories.known.value.get(id),
    change: memories.changes.value.get(id),
    conversationId: conversation.id.value,
    wasMuted: props.wasMuted ?? false,
  });
  const state: RowState = past === undefined ? now : { kind: "memory", memory: past, isMuted: false };
  const task = memories.taskAt({ id, place });
  const isBusy = task !== undefined;
  const canForget = !readOnly && !isBusy && state.kind !== "forgotten" && state.kind !== "gone";
  useRowFocus(row, props, isBusy);
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLElement) || !event.target.matches("[data-row-main]")) return;
    if (event.key === "Delete" && canForget) forget();
    else if (event.key === "F2" && canForget && state.kind === "memory") memories.startCorrecting({ id, place });
    else return;
    event.preventDefault();
  };
  const forget = () => {
    if (state.kind === "episode") void memories.forgetTurn({ id, place }, state.episode);
    else void memories.startForgetting({ id, place });
  };
  const menu =
    state.kind === "memory"
      ? menuContext({ id, place }, { memoryLives: !readOnly, memoryPinned: state.memory.pinned })
      : menuContext({ id, place }, { memoryLives: false });
  return (
    <li {...item} class="row" data-row onKeyDown={onKeyDown} data-vscode-context={menu}>
      <div ref={row} class="row-body">
        {task !== undefined ? (
          <Task {...props} task={task} />
        ) : (
          <Body {...props} state={state} isOpen={isOpen} onOpen={() => setOpen(!isOpen)} onForget={forget} />
        )}
      </div>
    </li>
  );
}

export interface BodyProps extends MemoryRowProps {
  isOpen: boolean;
  onOpen: () => void;
  onForget: () => void;
}

function Body({ state, ...props }: BodyProps & { state: RowState }) {
  const { memories } = usePanel();
  const { id, place, tabIndex } = props;
  switch (state.kind) {
    case "loading":
      return <Quiet tabIndex={tabIndex}>Loading</Quiet>;
    case "gone":
      return <Quiet tabIndex={tabIndex}>A forgotten memory</Quiet>;
    case "forgotten": {
      const undo = () => void memories.undoForgetting({ id, place });
      const forgetNow = () => void memories.forgetNow({ id, place });
      return <ForgottenRow {...state} tabIndex={tabIndex} onUndo={undo} onForgetNow={forgetNow} />;
    }
    case "superseded":
      return <SupersededBody {...props} memory={state.memory} by={state.by} />;
    case "episode":
      return <EpisodeBody {...props} episode={state.episode} isMuted={state.isMuted} />;
    case "memory":
      return <MemoryBody {...props} memory={state.memory} isMuted={state.isMuted} />;
  }
}

function Quiet({ tabIndex, children }: { tabIndex: 0 | -1; children: ComponentChildren }) {
  return (
    <div class="row-top">
      <span class="row-text is-muted" tabIndex={tabIndex} data-row-main>
        {children}
      </span>
    </div>
  );
}

/** What is being done with it, in its place. */
function Task({ id, place, task }: MemoryPlace & { task: RowTask }) {
  const { memories } = usePanel();
  const text = memories.memory(id)?.text ?? "";
  if (task.kind === "forget") {
    return (
      <ForgetQuestion
        text={text}
        traces={task.traces}
        onForget={(messages) => void memories.forget({ id, place }, messages)}
        onCancel={() => memories.leaveTask({ id, place })}
      />
    );
  }
  return (
    <CorrectField
      text={text}
      label="Correct this memory"
      note={replacesNote(text)}
      onSave={(corrected) => memories.correct({ id, place }, corrected)}
      onCancel={() => memories.leaveTask({ id, place })}
    />
  );
}

/** What was done in this row leaves the keyboard in it. */
function useRowFocus(row: { current: HTMLElement | null }, { id, place }: MemoryPlace, isBusy: boolean): void {
  const { memories } = usePanel();
  const wanted = memories.focus.value;
  useLayoutEffect(() => {
    if (wanted?.id !== id || wanted.place !== place || isBusy) return;
    memories.focus.value = undefined;
    row.current?.querySelector<HTMLElement>("[data-row-main]")?.focus({ preventScroll: true });
  });
}
