import type { ReadonlySignal } from "@preact/signals";
import { useSyncExternalStore } from "react";

/** The value of a signal, drawn anew when it changes. */
export function useSignal<T>(signal: ReadonlySignal<T>): T {
  return useSyncExternalStore(
    (changed) => signal.subscribe(() => changed()),
    () => signal.value,
  );
}
