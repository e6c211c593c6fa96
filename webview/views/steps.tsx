import type { Step } from "../../server/protocol/events.ts";
import { duration, stepsLine } from "../steps.ts";
import { usePanel } from "./context.ts";
import { FoldButton, useFold } from "./fold.tsx";
import { Icon } from "./icon.tsx";
import { useRoving } from "./roving.ts";

/** What the model looked at before it went on: one quiet line that opens in place. The step under way always shows. */
export function StepsFold({ steps }: { steps: readonly Step[] }) {
  const fold = useFold();
  const running = steps.find(({ state }) => state === "running");
  return (
    <section class="steps-fold" aria-label="Steps">
      <FoldButton fold={fold}>
        <span class="clip num">{stepsLine(steps)}</span>
      </FoldButton>
      {fold.isOpen && <StepList steps={steps} id={fold.id} />}
      {!fold.isOpen && running !== undefined && <StepList steps={[running]} id={fold.id} />}
    </section>
  );
}

function StepList({ steps, id }: { steps: readonly Step[]; id: string }) {
  const { listProps, tabIndexOf } = useRoving(steps.length);
  return (
    <ol class="steps" id={id} {...listProps}>
      {steps.map((step, row) => (
        <StepRow key={step.id} step={step} tabIndex={tabIndexOf(row)} />
      ))}
    </ol>
  );
}

const ICONS = { running: "circle-filled", done: "check", failed: "error", stopped: "circle-slash" } as const;
/** What the icon says; that one was stopped is said in words. */
const STATES = { running: "Under way: ", done: "Done: ", failed: "Failed: ", stopped: "" } as const;

function StepRow({ step, tabIndex }: { step: Step; tabIndex: 0 | -1 }) {
  const { state, summary, durationMs } = step;
  const outcome = state === "stopped" ? "Stopped" : [summary, duration(durationMs)].filter(Boolean).join(" · ");
  return (
    <li class={`step is-${state}`} aria-current={state === "running" ? "step" : undefined} data-row>
      <Icon name={ICONS[state]} />
      <span class="clip">
        <span class="sr-only">{STATES[state]}</span>
        <StepLabel step={step} tabIndex={tabIndex} />
      </span>
      <span class="meta num clip" title={outcome || undefined}>
        {outcome}
      </span>
    </li>
  );
}

function StepLabel({ step: { label, location }, tabIndex }: { step: Step; tabIndex: 0 | -1 }) {
  const { host } = usePanel();
  if (location === undefined) {
    return (
      <span tabIndex={tabIndex} data-row-main title={label}>
        {label}
      </span>
    );
  }
  const { path, startLine } = location;
  return (
    <button
      type="button"
      class="row-link"
      title={`Open ${path}:${startLine}`}
      tabIndex={tabIndex}
      data-row-main
      onClick={() => host.do({ kind: "openFile", path, line: startLine })}
    >
      {label}
    </button>
  );
}
