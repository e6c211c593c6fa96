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
