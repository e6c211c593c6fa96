import type { Call, Trouble } from "./simulatedCalls.ts";
import type { SimulatedDisk } from "./simulatedDisk.ts";

/** One way in which one call goes wrong. */
export interface Point {
  readonly call: Call;
  readonly trouble: Trouble;
}

/** The calls that `act` makes on a copy of the disk when nothing goes wrong. */
export async function callsOf(base: SimulatedDisk, act: (disk: SimulatedDisk) => Promise<unknown>): Promise<Call[]> {
  const disk = base.copy();
  await act(disk);
  return [...disk.calls];
}

/** The process is killed before, in the middle of and after every call that changes something. */
export function killsIn(calls: readonly Call[]): Point[] {
  return calls
    .filter(({ mutates }) => mutates)
    .flatMap((call) => effectsOf(call).map((effect) => ({ call, trouble: { effect, fault: "end" } as const })));
}

/** Every call fails with every error, having done nothing, and for those of which there is a part, that. */
export function failuresIn(calls: readonly Call[], faults: readonly Exclude<Trouble["fault"], "end">[]): Point[] {
  const points = calls.flatMap((call) =>
    faults.flatMap((fault) => [
      { call, trouble: { effect: "none", fault } as const },
      { call, trouble: { effect: "part", fault } as const },
    ]),
  );
  return points.filter(({ call: { name, mutates }, trouble: { effect, fault } }) => {
    if (fault === "short") return name === "write" && effect === "part";
    return effect === "none" || (mutates && ["open", "write", "sync", "removeFolder"].includes(name));
  });
}

function effectsOf({ name }: Call): Trouble["effect"][] {
  const hasPart = ["open", "write", "makeFolder", "removeFolder"].includes(name);
  return hasPart ? ["none", "part", "whole"] : ["none", "whole"];
}

/** A copy of the disk on which that one call goes wrong. */
export function troubledAt(base: SimulatedDisk, { call, trouble }: Point): SimulatedDisk {
  const disk = base.copy();
  disk.trouble = ({ index }) => (index === call.index ? trouble : undefined);
  return disk;
}

export function nameOf({ call, trouble }: Point): string {
  return `${trouble.fault} at ${call.name} ${call.path} (call ${call.index}, done: ${trouble.effect})`;
}
