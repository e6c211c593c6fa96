import type { Percentiles, Snapshot } from "./introspection.ts";

/** A snapshot as lines to be read, the same in the editor and in a terminal. English, as logs are. */
export function introspectionText({ at, process: self, ...rest }: Snapshot): string {
  const { conversations, turns, gateway, model, index, recalls, memory, completions, store } = rest;
  const sections: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
    [`Process ${self.pid}, ${self.role === "own" ? "which has the conversations" : "which has joined another one"}`]: [
      ["running for", duration(self.uptimeMs)],
      ["memory", `${megabytes(self.residentBytes)}, of which heap ${megabytes(self.heapUsedBytes)}`],
      ["processor", `${(self.cpuMs / 1000).toFixed(1)} s`],
      ["event loop held up", percentiles(self.loopDelayMs)],
    ],
    Conversations: [
      ["in memory", `${conversations.live}`],
      ["answering", `${conversations.answering}`],
      ["messages waiting", `${conversations.queued}`],
      ["followed by", counts(conversations.followers)],
    ],
    Turns: [
      ["ended", counts(turns.ended)],
      ["to the first word", percentiles(turns.firstTextMs)],
      ["to the end", percentiles(turns.wholeMs)],
      ["tokens", `${turns.promptTokens} sent, ${turns.completionTokens} answered`],
    ],
    Clients: [
      ["connected", `${gateway.clients}, in ${gateway.topics} topics`],
      ["not read yet", `${gateway.queuedBytes} bytes`],
      ["port", gateway.port === undefined ? "none: the private socket alone" : `127.0.0.1:${gateway.port}`],
      ["refused", counts(gateway.refusals)],
    ],
    "Model and code": [
      ["model", model.kind],
      ["circuit breaker", model.breaker],
      ["index", `${index.state}, ${index.files} files`],
    ],
    Recall: [
      ["asked", `${recalls.asked}, something found ${recalls.found} times`],
      ["it took", percentiles(recalls.ms)],
    ],
    Memory:
      memory === undefined
        ? [["state", "not asked, or not there"]]
        : [
            [
              "short term",
              `${memory.shortTerm} of ${memory.shortTermCapacity} messages${hits(memory.shortTermHitRate)}`,
            ],
            ["mid term", `${memory.patterns} patterns`],
            ["long term", `${counts(memory.longTerm)}; ${memory.episodes} turns to recall`],
            ["on disk", megabytes(memory.bytes)],
            ["embedder", memory.embedder],
          ],
    ...(completions && {
      Suggestions: [
        ["shown, accepted", `${completions.shown}, ${completions.accepted}`],
        ["requests, cached", `${completions.requests}, ${completions.cached}`],
      ],
    }),
    Store: [
      ["state", store.state],
      ["written to disk in", percentiles(store.durableMs)],
    ],
  };
  const lines = Object.entries(sections).flatMap(([name, rows]) => [
    "",
    name,
    ...rows.map(([label, value]) => `  ${label.padEnd(20)}${value}`),
  ]);
  return [`RubberDuck at ${at}`, ...lines, ""].join("\n");
}

function percentiles({ count, p50, p95, p99 }: Percentiles): string {
  return count === 0 ? "nothing yet" : `p50 ${ms(p50)}, p95 ${ms(p95)}, p99 ${ms(p99)}`;
}

function ms(value: number): string {
  return value < 10_000 ? `${Math.round(value * 10) / 10} ms` : `${(value / 1000).toFixed(1)} s`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

function counts(all: Readonly<Record<string, number>>): string {
  const parts = Object.entries(all).filter(([, count]) => count > 0);
  return parts.length === 0 ? "none" : parts.map(([name, count]) => `${count} ${name}`).join(", ");
}

function hits(rate: number | undefined): string {
  return rate === undefined ? "" : `, ${Math.round(rate * 100)}% of reads served`;
}

function duration(value: number): string {
  const seconds = Math.floor(value / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours} h ${minutes} min` : minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}
