import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ContextItem, Receipt } from "../../server/protocol/events.ts";
import { MUTED_BY_USER } from "../../server/protocol/memory.ts";
import { labelOf } from "../../server/protocol/modelLabel.ts";
import { count, type ReceiptGroup, recalledIds, receiptGroups } from "../state.ts";
import { usePanel } from "./context.ts";
import { Icon } from "./icon.tsx";
import { MemoryRow } from "./memory/memoryRow.tsx";
import { Signals } from "./memory/signals.tsx";
import { Meter } from "./meter.tsx";
import { useRoving } from "./roving.ts";

interface ReceiptViewProps {
  receipt: Receipt;
  id: string;
  /** Tells its rows from those of other receipts: the turn, or what it is of. */
  place: string;
  name?: string;
}

/** What was sent to the model for one answer, what was not, and why. */
export function ReceiptView({ receipt, id, place, name }: ReceiptViewProps) {
  const section = useRef<HTMLElement>(null);
  useLayoutEffect(() => section.current?.scrollIntoView({ block: "nearest" }), []);
  useMemories(receipt);
  return (
    <section class="receipt" id={id} aria-label={name ?? "Receipt"} ref={section}>
      <Budget receipt={receipt} lead={name === undefined ? "Sent to " : "For "} />
      {receiptGroups(receipt).map((group) => (
        <Group key={group.name} group={group} place={place} />
      ))}
    </section>
  );
}

/** The texts of what was recalled are asked for as long as somebody looks at them. */
function useMemories(receipt: Receipt): void {
  const { memories } = usePanel();
  const ids = recalledIds(receipt);
  useEffect(() => (ids.length === 0 ? undefined : memories.watch(ids)), [memories, ids.join(" ")]);
}

function Budget({ receipt, lead }: { receipt: Receipt; lead: string }) {
  const { model, usedTokens, budgetTokens, redacted = 0 } = receipt;
  const isOffline = model.kind === "offline";
  return (
    <div class="budget">
      <div class="budget-line">
        <span class="clip" title={labelOf(model)}>
          {isOffline ? (
            "No model was used"
          ) : (
            <>
              <span class="at-380">{lead}</span>
              {labelOf(model)}
            </>
          )}
        </span>
        <span class="meta num">
          {count(usedTokens)} of {count(budgetTokens)} tokens
        </span>
      </div>
      <Meter label="Tokens used" value={budgetTokens > 0 ? usedTokens / budgetTokens : 0} />
      {redacted > 0 && <div class="meta">{redacted === 1 ? "1 secret" : `${count(redacted)} secrets`} redacted</div>}
    </div>
  );
}

const OPEN_AT_FIRST: readonly ReceiptGroup["name"][] = ["Remembered", "Code", "Attached"];

function Group({ group, place }: { group: ReceiptGroup; place: string }) {
  const panel = usePanel();
  const [open, setOpen] = useState(OPEN_AT_FIRST.includes(group.name));
  const { listProps, tabIndexOf } = useRoving(group.items.length);
  const isLeftOut = group.name === "Left out";
  return (
    <section class="group">
      <button type="button" class="group-head" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? "chevron-down" : "chevron-right"} />
        <h2>
          {group.name}
          <span class="count num">{count(group.count + group.more)}</span>
        </h2>
        {!isLeftOut && <span class="meta num">{count(group.tokens)} tokens</span>}
      </button>
      {open && (
        <ul {...listProps}>
          {group.items.map((item, row) => (
            <Row key={row} item={item} place={place} isLeftOut={isLeftOut} tabIndex={tabIndexOf(row)} />
          ))}
          {group.more > 0 && <li class="row row-why">and {count(group.more)} more that fitted less well</li>}
        </ul>
      )}
      {open && group.name === "Remembered" && (
        <button type="button" class="text-button receipt-link" onClick={() => panel.openMemory()}>
          Show all memories
        </button>
      )}
    </section>
  );
}

interface RowProps {
  item: ContextItem;
  place: string;
  isLeftOut: boolean;
  tabIndex: 0 | -1;
}

function Row({ item, place, isLeftOut, tabIndex }: RowProps) {
  const { memory, signals } = item;
  if (memory !== undefined) {
    return (
      <MemoryRow
        id={memory.id}
        place={place}
        tabIndex={tabIndex}
        isLeftOut={isLeftOut}
        wasMuted={isLeftOut && item.why === MUTED_BY_USER}
        why={item.why}
        aside={<Score item={item} isLeftOut={isLeftOut} />}
        {...(signals && { details: () => <Signals signals={signals} name="Why it was chosen" /> })}
      />
    );
  }
  return (
    <li class="row" data-row>
      <div class="row-top">
        <span class={isLeftOut ? "row-text is-muted" : "row-text"}>
          <Label item={item} tabIndex={tabIndex} />
        </span>
        <Score item={item} isLeftOut={isLeftOut} />
      </div>
      <div class="row-why">{item.why}</div>
    </li>
  );
}

function Score({ item: { score, tokens }, isLeftOut }: Pick<RowProps, "item" | "isLeftOut">) {
  return (
    <span class="score">
      {score !== undefined && <Meter label="Relevance" value={score} />}
      {!isLeftOut && <span class="tokens num at-380">{count(tokens)}</span>}
    </span>
  );
}

function Label({ item, tabIndex }: { item: ContextItem; tabIndex: 0 | -1 }) {
  const { host } = usePanel();
  const { location } = item;
  if (location === undefined) {
    return (
      <span tabIndex={tabIndex} data-row-main>
        {item.label}
      </span>
    );
  }
  return (
    <button
      type="button"
      class="row-link"
      title={`Open ${location.path}:${location.startLine}`}
      tabIndex={tabIndex}
      data-row-main
      onClick={() => host.do({ kind: "openFile", path: location.path, line: location.startLine })}
    >
      {item.label}
    </button>
  );
}
