import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ContextItem, Receipt } from "../../server/protocol/events.ts";
import { labelOf } from "../../server/protocol/modelLabel.ts";
import { count, type ReceiptGroup, receiptGroups } from "../state.ts";
import { usePanel } from "./context.ts";
import { Icon } from "./icon.tsx";
import { useRoving } from "./roving.ts";

/** What was sent to the model for one answer, what was not, and why. */
export function ReceiptView(props: { receipt: Receipt; id: string; name?: string }) {
  const { receipt, id, name } = props;
  const section = useRef<HTMLElement>(null);
  useLayoutEffect(() => section.current?.scrollIntoView({ block: "nearest" }), []);
  return (
    <section class="receipt" id={id} aria-label={name ?? "Receipt"} ref={section}>
      <Budget receipt={receipt} lead={name === undefined ? "Sent to " : "For "} />
      {receiptGroups(receipt).map((group) => (
        <Group key={group.name} group={group} />
      ))}
    </section>
  );
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

function Group({ group }: { group: ReceiptGroup }) {
  const [open, setOpen] = useState(group.name === "Code" || group.name === "Attached");
  const { listProps, tabIndexOf } = useRoving(group.items.length);
  const isLeftOut = group.name === "Left out";
  return (
    <section class="group">
      <button type="button" class="group-head" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? "chevron-down" : "chevron-right"} />
        <h2>
          {group.name}
          <span class="count num">{count(group.items.length + group.more)}</span>
        </h2>
        {!isLeftOut && <span class="meta num">{count(group.tokens)} tokens</span>}
      </button>
      {open && (
        <ul {...listProps}>
          {group.items.map((item, row) => (
            <Row item={item} isLeftOut={isLeftOut} tabIndex={tabIndexOf(row)} />
          ))}
          {group.more > 0 && <li class="row row-why">and {count(group.more)} more that fitted less well</li>}
        </ul>
      )}
    </section>
  );
}

function Row({ item, isLeftOut, tabIndex }: { item: ContextItem; isLeftOut: boolean; tabIndex: 0 | -1 }) {
  return (
    <li class="row" data-row>
      <div class="row-top">
        <span class={isLeftOut ? "row-text is-muted" : "row-text"}>
          <Label item={item} tabIndex={tabIndex} />
        </span>
        <span class="score">
          {item.score !== undefined && <Meter label="Relevance" value={item.score} />}
          {!isLeftOut && <span class="tokens num at-380">{count(item.tokens)}</span>}
        </span>
      </div>
      <div class="row-why">{item.why}</div>
    </li>
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

/** Preact sets the width through CSSOM, which a strict CSP allows; a style attribute it does not. */
export function Meter({ label, value, title }: { label: string; value: number; title?: string }) {
  const share = Math.max(0, Math.min(1, value));
  return (
    // biome-ignore lint/a11y/useSemanticElements: the browser's own meter cannot be drawn in the theme's colours
    <span
      class="meter"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={1}
      aria-valuenow={Number(share.toFixed(2))}
      aria-valuetext={title}
      title={`${label}: ${title ?? share.toFixed(2)}`}
    >
      <i style={{ width: `${share * 100}%` }} />
    </span>
  );
}
