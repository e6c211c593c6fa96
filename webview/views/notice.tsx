import type { ComponentChildren } from "preact";
import { Icon, IconButton } from "./icon.tsx";

interface NoticeProps {
  kind: "error" | "warning" | "info";
  icon?: string;
  title: string;
  docked?: boolean;
  /** Errors that just happened are said at once. */
  isNews?: boolean;
  onClose?: () => void;
  children?: ComponentChildren;
}

/** Cause, then remedy, then the buttons that are the remedy. */
export function Notice({ kind, icon = kind, title, docked = false, isNews = true, onClose, children }: NoticeProps) {
  const role = kind === "error" ? "alert" : "status";
  return (
    <section class={`notice is-${kind}${docked ? " is-docked" : ""}`} role={isNews ? role : undefined}>
      <Icon name={icon} />
      <div class="notice-head">
        <strong>{title}</strong>
        {onClose !== undefined && <IconButton icon="close" label="Close" onClick={onClose} />}
      </div>
      {children}
    </section>
  );
}
