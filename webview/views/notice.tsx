import type { ComponentChildren } from "preact";
import { Icon, IconButton } from "./icon.tsx";

interface NoticeProps {
  kind: "error" | "warning" | "info";
  icon?: string;
  title: string;
  docked?: boolean;
  /** Below the bar, over all else. */
  onTop?: boolean;
  /** Errors that just happened are said at once. */
  isNews?: boolean;
  onClose?: () => void;
  children?: ComponentChildren;
}

/** Cause, then remedy, then the buttons that are the remedy. */
export function Notice(props: NoticeProps) {
  const { kind, icon = kind, title, docked = false, onTop = false, isNews = true, onClose, children } = props;
  const role = kind === "error" ? "alert" : "status";
  const place = `${docked ? " is-docked" : ""}${onTop ? " is-top" : ""}`;
  return (
    <section class={`notice is-${kind}${place}`} role={isNews ? role : undefined}>
      <Icon name={icon} />
      <div class="notice-head">
        <strong>{title}</strong>
        {onClose !== undefined && <IconButton icon="close" label="Close" onClick={onClose} />}
      </div>
      {children}
    </section>
  );
}
