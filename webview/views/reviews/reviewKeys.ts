import { useEffect } from "preact/hooks";
import type { Panel } from "../../panel.ts";
import { hunkKey } from "../../reviews/places.ts";

/**
 * Alt+Down and Alt+Up go through what is to be decided, from wherever the focus is. Ctrl+Enter accepts and Ctrl+Backspace
 * rejects the change that has the focus, and no other: what is decided was in view.
 */
export function useReviewKeys(panel: Panel): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (panel.view.value === "chat" && onKey(event, panel)) event.preventDefault();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [panel]);
}

function onKey(event: KeyboardEvent, panel: Panel): boolean {
  const { key, altKey, shiftKey, target } = event;
  const isCtrl = event.ctrlKey || event.metaKey;
  if (shiftKey || (isCtrl && altKey)) return false;
  const focused = target instanceof Element ? target.closest<HTMLElement>("[data-hunk]")?.dataset.hunk : undefined;
  if (altKey && key === "ArrowDown") return go(panel, 1, focused);
  if (altKey && key === "ArrowUp") return go(panel, -1, focused);
  if (!isCtrl || (key !== "Enter" && key !== "Backspace")) return false;
  if (target instanceof HTMLInputElement) return false;
  if (target instanceof HTMLTextAreaElement) return key === "Enter" && target.value === "" && goToCurrent(panel);
  return focused !== undefined && decide(panel, focused, key === "Enter");
}

function go(panel: Panel, step: 1 | -1, from: string | undefined): boolean {
  const place = panel.reviews.go(step, from);
  if (place === undefined) return false;
  bringIntoView(panel, place.turnId);
  return true;
}

function goToCurrent(panel: Panel): boolean {
  const { open, current } = panel.reviews;
  const place = open.value.find((one) => hunkKey(one, one.hunk) === current.value);
  if (place === undefined) return false;
  panel.reviews.reveal(place);
  bringIntoView(panel, place.turnId);
  return true;
}

/** Messages that are not in view are not drawn. */
function bringIntoView({ reviews, jump }: Panel, turnId: string): void {
  requestAnimationFrame(() => {
    if (reviews.wanted.value !== undefined) jump.value = turnId;
  });
}

function decide(panel: Panel, key: string, accepts: boolean): boolean {
  const { reviews, conversation } = panel;
  const place = reviews.open.value.find((one) => hunkKey(one, one.hunk) === key);
  if (place === undefined) return false;
  if (!accepts) void reviews.reject(place, [place.hunk]);
  else if (place.file.guarded === undefined) void reviews.accept(place, [place.hunk]);
  else conversation.spoken.value = "This file is accepted as a whole, with its button.";
  return true;
}
