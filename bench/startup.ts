/**
 * How RubberDuck starts, and what it takes while nobody uses it. Prints one JSON object as its last line:
 *
 * - `activation`: VS Code's own figures over `--windows` starts of a real window, in ms: reading and evaluating the bundle
 *   (`load`), `activate()` (`call`), and both (`total`), which the list of running extensions shows as "Activation".
 *   `builtIn` is a small extension that comes with VS Code, in the same windows.
 * - `serverReadyMs`: fork → `initialize` answered, of the built server over ipc. `bareNodeMs`: fork → first answer of an
 *   empty Node process.
 * - `firstAnswer`: fork → first text and → done of the first answer about this repository, nothing indexed, no model.
 * - `resident`: bytes of the whole server process before its first use, with the panel open and this repository indexed, and
 *   of an empty Node process.
 * - `idleCpuMs`: CPU of the same three within 5 s in which nothing happens.
 * - `vsixBytes`, and `bars`: which of the goals are met.
 *
 * Builds and packs first. Takes about three minutes; anything else that runs meanwhile shows in the figures.
 */
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { build } from "../scripts/build.ts";
import { packageVsix } from "../scripts/package.ts";
import { type Activation, activations } from "./activation.ts";
import { bareNode } from "./bareNode.ts";
import { repeat } from "./clock.ts";
import { readFlags } from "./flags.ts";
import { firstAnswer, IDLE_MS, idle, readyMs } from "./serverStart.ts";
import { percentile, summary } from "./stats.ts";

const ROOT = dirname(import.meta.dirname);
const MIB = 1024 * 1024;
/** What we promise ourselves. */
const BARS = { activateMs: 50, serverReadyMs: 400, vsixBytes: 8 * MIB, residentBytes: 120 * MIB };

const flags = readFlags(
  "Usage: npm run -s bench:startup -- [flags]\n\nHow RubberDuck starts, and what it takes at rest.",
  {
    windows: { help: "starts of a VS Code window; 0 leaves the editor out", value: 12, least: 0 },
    starts: { help: "starts of the server", value: 15, least: 1 },
    answers: { help: "first answers", value: 5, least: 1 },
  },
);

await build();
const vsixBytes = (await stat(await packageVsix())).size;

const readyTimes = await repeat(flags.starts, readyMs);
const bareTimes = await repeat(flags.starts, async () => (await bareNode(0)).readyMs);
const answers = await repeat(flags.answers, () => firstAnswer(ROOT));
const unused = await idle(ROOT, "nobody");
const withPanel = await idle(ROOT, "panel");
const bare = await bareNode(IDLE_MS);
const { ours, builtIn } = await activations(ROOT, flags.windows);

const activation = activationSummary(ours);
const serverReadyMs = summary(readyTimes);
console.log(
  JSON.stringify({
    activation: { ...activation, builtIn: activationSummary(builtIn) },
    serverReadyMs,
    bareNodeMs: summary(bareTimes),
    firstAnswer: {
      textMs: percentile(
        answers.map(({ firstTextMs }) => firstTextMs),
        50,
      ),
      doneMs: percentile(
        answers.map(({ doneMs }) => doneMs),
        50,
      ),
    },
    vsixBytes,
    resident: {
      beforeUse: unused.residentBytes,
      panelOpen: withPanel.residentBytes,
      bareNode: bare.residentBytes,
    },
    idleCpuMs: { beforeUse: unused.cpuMs, panelOpen: withPanel.cpuMs, bareNode: bare.idleCpuMs },
    bars: {
      activate: flags.windows === 0 ? null : activation.callMs.p50 < BARS.activateMs,
      serverReady: serverReadyMs.p50 < BARS.serverReadyMs,
      vsix: vsixBytes < BARS.vsixBytes,
      residentBeforeUse: unused.residentBytes < BARS.residentBytes,
    },
  }),
);

function activationSummary(windows: readonly Activation[]) {
  return {
    loadMs: summary(windows.map(({ loadMs }) => loadMs)),
    callMs: summary(windows.map(({ callMs }) => callMs)),
    totalMs: summary(windows.map(({ loadMs, callMs }) => loadMs + callMs)),
  };
}
