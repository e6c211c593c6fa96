import type { WorkflowStep } from "../../server/protocol/workflow.ts";
import { visible } from "../reviews/words.ts";
import { duration } from "../steps.ts";
import { Icon } from "./icon.tsx";

/** The steps of work that takes several: all of them, from the beginning. */
export function Workflow({ name, steps }: { name: string; steps: readonly WorkflowStep[] }) {
  const current = steps.findIndex(({ state }) => state === "running");
  const place = current < 0 ? `${steps.length} steps` : `step ${current + 1} of ${steps.length}`;
  return (
    <ol class="steps workflow" aria-label={`${name}, ${place}`}>
      {steps.map((step) => (
        <Row key={step.id} step={step} />
      ))}
    </ol>
  );
}

const ICONS = {
  waiting: "circle-large",
  running: "circle-filled",
  done: "check",
  failed: "error",
  skipped: "dash",
  stopped: "circle-slash",
} as const;
/** What the icon says. */
const STATES = {
  waiting: "Waiting: ",
  running: "Under way: ",
  done: "Done: ",
  failed: "Failed: ",
  skipped: "Skipped: ",
  stopped: "Stopped: ",
} as const;

function Row({ step: { label, state, note = "", durationMs } }: { step: WorkflowStep }) {
  const time = duration(durationMs);
  const said = visible(note) || (state === "skipped" ? "not needed" : state === "stopped" ? "stopped" : time);
  const detail = [visible(note), time].filter(Boolean).join(" · ");
  return (
    <li class={`step is-${state}`} aria-current={state === "running" ? "step" : undefined}>
      <Icon name={ICONS[state]} />
      <span class="clip">
        <span class="sr-only">{STATES[state]}</span>
        {visible(label)}
      </span>
      <span class={state === "failed" ? "meta num step-why" : "meta num clip"} title={detail || undefined}>
        {said}
      </span>
    </li>
  );
}
