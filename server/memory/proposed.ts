import type { Memory, MemoryKind, Pattern } from "../protocol/memory.ts";

/** What was seen so often is worth asking the user about. */
const OFTEN = 10;

/**
 * What a habit says about how somebody works, to be put to them; undefined for what says nothing: that a file is often asked about
 * is a pattern and no fact. It always has the same id, so that nobody is asked twice.
 */
export function proposedBy(pattern: Pattern, nowMs: number): Memory | undefined {
  const statement = statementOf(pattern);
  if (pattern.frequency < OFTEN || statement === undefined || pattern.examples.length === 0) return undefined;
  const at = new Date(nowMs).toISOString();
  return {
    id: `pattern-${pattern.id}`,
    ...statement,
    scope: { kind: "workspace" },
    status: "pending",
    sources: pattern.examples
      .map(({ conversationId, turnId }) => ({ who: "user" as const, conversationId, turnId, at: pattern.lastSeenAt }))
      .reverse(),
    anchors: [],
    confidence: 0.5,
    createdAt: at,
    updatedAt: at,
    uses: 0,
    pinned: false,
    supersedes: [],
    because: `seen ${Math.round(pattern.frequency)} times`,
  };
}

function statementOf({ kind, label }: Pattern): { readonly kind: MemoryKind; readonly text: string } | undefined {
  const isSequence = kind === "intent" && label.includes(" after ");
  if (isSequence) return { kind: "preference", text: `The user often ${label}.` };
  const isShell = kind === "command" && !label.startsWith("/");
  return isShell ? { kind: "convention", text: `\`${label}\` is often used in this workspace.` } : undefined;
}
