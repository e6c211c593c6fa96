import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Presence as PhoenixPresence } from "phoenix";
import { Presence, type PresenceState } from "../../server/conversation/presence.ts";
import { FakeClock } from "../fakes/clock.ts";

const IDS = ["a", "b", "c", "d"];
const NAMES = ["ana", "ben"];

type Step =
  | { readonly kind: "join"; readonly id: string; readonly name: string }
  | { readonly kind: "leave" | "observe"; readonly id: string }
  | { readonly kind: "update"; readonly id: string; readonly typing: boolean | undefined; readonly file: string | null }
  | { readonly kind: "wait"; readonly ms: number };

const id = fc.constantFrom(...IDS);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("join" as const), id, name: fc.constantFrom(...NAMES) }),
  fc.record({ kind: fc.constantFrom("leave" as const, "observe" as const), id }),
  fc.record({
    kind: fc.constant("update" as const),
    id,
    typing: fc.constantFrom(true, false, undefined),
    file: fc.constantFrom("a.ts", "b.ts", null),
  }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 15_000 }) }),
);

/** What an official client holds that came at some point and was told everything since. */
class Observer {
  #state: object;
  readonly #stop: () => void;

  constructor(presence: Presence) {
    this.#state = PhoenixPresence.syncState({}, structuredClone(presence.state("c")));
    this.#stop = presence.onDidChange(({ conversationId, diff }) => {
      if (conversationId === "c") this.#state = PhoenixPresence.syncDiff(this.#state, structuredClone(diff) as never);
    });
  }

  get state(): object {
    return this.#state;
  }

  end(): void {
    this.#stop();
  }
}

test("whoever folds state and changes with the official client knows at any time who is there", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const clock = new FakeClock();
      const presence = new Presence(clock, "owner");
      const leaves = new Map<string, () => void>();
      const observers = [new Observer(presence)];
      for (const each of steps) {
        await run(each, { clock, presence, leaves, observers });
        for (const { state } of observers) assert.deepEqual(sorted(state), sorted(presence.state("c")));
      }
      for (const observer of observers) observer.end();
    }),
    { numRuns: 200 },
  );
});

interface World {
  readonly clock: FakeClock;
  readonly presence: Presence;
  readonly leaves: Map<string, () => void>;
  readonly observers: Observer[];
}

async function run(step: Step, { clock, presence, leaves, observers }: World): Promise<void> {
  switch (step.kind) {
    case "join":
      leaves.set(step.id, presence.join("c", { id: step.id, name: step.name, client: "websocket" }));
      break;
    case "leave":
      leaves.get(step.id)?.();
      break;
    case "observe":
      observers.push(new Observer(presence));
      break;
    case "update":
      presence.update({ conversationId: "c", id: step.id, typing: step.typing ?? false, file: step.file });
      break;
    case "wait":
      await clock.advance(step.ms);
  }
}

/** The order of clients of one person is nobody's business. */
function sorted(state: object): PresenceState {
  return Object.fromEntries(
    Object.entries(state as PresenceState)
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([name, { metas }]) => [
        name,
        { metas: [...metas].sort((one, other) => one.phx_ref.localeCompare(other.phx_ref)) },
      ]),
  );
}

test("a client that comes again under its id takes its own place, and its first visit's end changes nothing", () => {
  const presence = new Presence(new FakeClock(), "owner");
  const first = presence.join("c", { id: "a", client: "tui" });
  presence.join("c", { id: "a", client: "tui" });
  first();
  assert.equal(presence.participants("c").length, 1);
});

test("typing ends by itself when it is not renewed, and not before", async () => {
  const clock = new FakeClock();
  const presence = new Presence(clock, "owner");
  presence.join("c", { id: "a", client: "panel" });
  presence.update({ conversationId: "c", id: "a", typing: true });
  await clock.advance(8000);
  presence.update({ conversationId: "c", id: "a", typing: true });
  await clock.advance(8000);
  assert.equal(presence.participants("c")[0]?.typing, true);
  await clock.advance(2001);
  assert.equal(presence.participants("c")[0]?.typing, undefined);
});

test("a name cannot hide what it is, and one that is empty is the user's", () => {
  const presence = new Presence(new FakeClock(), "owner");
  presence.join("c", { id: "a", client: "panel", name: "\u202Eana\u001b[31m\u{E0041}" });
  presence.join("c", { id: "b", client: "panel", name: " \u200b " });
  presence.join("c", { id: "c", client: "panel", name: "x".repeat(500) });
  assert.deepEqual(
    presence.participants("c").map(({ name }) => name),
    ["ana[31m", "owner", "x".repeat(100)],
  );
});

test("however many come, no more than can be shown are told of", () => {
  const presence = new Presence(new FakeClock(), "owner");
  const leaves = Array.from({ length: 100 }, (_, index) => presence.join("c", { id: `${index}`, client: "cli" }));
  assert.equal(presence.participants("c").length, 64);
  for (const leave of leaves) leave();
  assert.equal(presence.participants("c").length, 0);
});
