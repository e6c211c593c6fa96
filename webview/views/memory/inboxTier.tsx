import { useLayoutEffect, useRef } from "preact/hooks";
import type { Memory } from "../../../server/protocol/memory.ts";
import type { InboxRow } from "../../memory/inbox.ts";
import { KIND_NAMES, readsLikeInstruction, sourceWords } from "../../memory/words.ts";
import { count } from "../../state.ts";
import { usePanel } from "../context.ts";
import { Icon } from "../icon.tsx";
import { useRoving } from "../roving.ts";
import { CorrectField } from "./correctField.tsx";
import { Tier } from "./tier.tsx";

/** What came from files, tools or the web, or that nobody has confirmed: remembered only once the user says so. */
export function InboxTier() {
  const { inbox } = usePanel().memoryPage;
  const rows = inbox.rows.value;
  const { listProps, tabIndexOf } = useRoving(rows.length);
  if (rows.length === 0) return null;
  return (
    <Tier name="Inbox" count={count(inbox.waiting.value)} isBadge={inbox.waiting.value > 0}>
      <ul {...listProps}>
        {rows.map((row, index) => (
          <Row key={row.memory.id} row={row} tabIndex={tabIndexOf(index)} />
        ))}
      </ul>
    </Tier>
  );
}

function Row({ row, tabIndex }: { row: InboxRow; tabIndex: 0 | -1 }) {
  const { inbox } = usePanel().memoryPage;
  const { id } = row.memory;
  const item = useRef<HTMLLIElement>(null);
  const wanted = inbox.focus.value;
  useLayoutEffect(() => {
    if (wanted !== id) return;
    inbox.focus.value = undefined;
    item.current?.querySelector<HTMLElement>("[data-row-main]")?.focus({ preventScroll: true });
  });
  return (
    <li class="row" data-row ref={item}>
      {row.decision !== undefined && <Decided row={row} tabIndex={tabIndex} />}
      {row.decision === undefined && inbox.editing.value === id && <Edited memory={row.memory} />}
      {row.decision === undefined && inbox.editing.value !== id && <Waiting memory={row.memory} tabIndex={tabIndex} />}
    </li>
  );
}

function Waiting({ memory, tabIndex }: { memory: Memory; tabIndex: 0 | -1 }) {
  const { memoryPage } = usePanel();
  const { inbox } = memoryPage;
  const buttons = [
    ["Approve", () => void memoryPage.try(() => inbox.approve(memory))],
    ["Edit", () => edit()],
    ["Reject", () => void memoryPage.try(() => inbox.reject(memory))],
  ] as const;
  const edit = () => {
    inbox.editing.value = memory.id;
  };
  return (
    <>
      <div class="row-text" tabIndex={tabIndex} data-row-main>
        {memory.text}
      </div>
      <Why memory={memory} />
      <div class="buttons">
        {buttons.map(([label, onClick]) => (
          <button key={label} type="button" class="button secondary small" tabIndex={-1} onClick={onClick}>
            {label}
          </button>
        ))}
      </div>
    </>
  );
}

/** Where it comes from, and why it waits; that it reads like an instruction is a caution. */
function Why({ memory: { text, kind, sources, because } }: { memory: Memory }) {
  const [first] = sources;
  const from = first === undefined ? "" : sourceWords(first);
  if (readsLikeInstruction(text) || because?.startsWith("It reads like")) {
    return (
      <div class="row-why">
        <span class="is-warning">
          <Icon name="warning" />
          reads like an instruction
        </span>
        <span>{from}</span>
      </div>
    );
  }
  return (
    <div class="row-why">
      <span>
        {KIND_NAMES[kind]} · {from}
      </span>
      {because !== undefined && because !== "" && <span>{because}</span>}
    </div>
  );
}

function Edited({ memory }: { memory: Memory }) {
  const { memoryPage } = usePanel();
  const { inbox } = memoryPage;
  return (
    <CorrectField
      text={memory.text}
      label="Edit before it is remembered"
      save="Approve"
      onSave={(text) => memoryPage.try(() => inbox.approve(memory, text))}
      onCancel={() => {
        inbox.editing.value = undefined;
        inbox.focus.value = memory.id;
      }}
    />
  );
}

/** The row says what became of it, which can be taken back in it. */
function Decided({ row, tabIndex }: { row: InboxRow; tabIndex: 0 | -1 }) {
  const { memoryPage } = usePanel();
  const { inbox } = memoryPage;
  const { memory, decision } = row;
  const canUndo = inbox.canUndo(row);
  return (
    <div class="undo">
      <span class="clip muted" title={memory.text} {...(!canUndo && { tabIndex, "data-row-main": true })}>
        {decision === "approved" ? "Remembered" : "Rejected"}: {memory.text}
      </span>
      {canUndo && (
        <button
          type="button"
          class="text-button"
          data-row-main
          tabIndex={tabIndex}
          onClick={() => void memoryPage.try(() => inbox.undo(row))}
        >
          Undo
        </button>
      )}
    </div>
  );
}
