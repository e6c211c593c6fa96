import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import type { Percentiles, Snapshot } from "../protocol/introspection.ts";

/**
 * A snapshot as Prometheus' text format 0.0.4. OpenTelemetry's instruments observe it and its own serialiser writes it; nothing is
 * sent anywhere: who wants it asks. docs/telemetry.md has the names.
 */
export async function prometheusText(snapshot: Snapshot): Promise<string> {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({ readers: [reader] });
  try {
    observe(provider, snapshot);
    const { resourceMetrics } = await reader.collect();
    return new PrometheusSerializer("", false, undefined, true, true).serialize(resourceMetrics);
  } finally {
    await provider.shutdown();
  }
}

type Labelled = readonly (readonly [value: number, labels?: Readonly<Record<string, string>>])[];

function observe(provider: MeterProvider, snapshot: Snapshot): void {
  const meter = provider.getMeter("rubberduck");
  const gauge = (name: string, description: string, values: Labelled) => {
    meter.createObservableGauge(`rubberduck_${name}`, { description }).addCallback((result) => {
      for (const [value, labels] of values) result.observe(value, labels);
    });
  };
  const counter = (name: string, description: string, values: Labelled) => {
    meter.createObservableCounter(`rubberduck_${name}`, { description }).addCallback((result) => {
      for (const [value, labels] of values) result.observe(value, labels);
    });
  };
  const { process: self, conversations, turns, gateway, model, index, recalls, memory, completions, store } = snapshot;
  gauge("uptime_seconds", "Since the process began.", [[self.uptimeMs / 1000]]);
  counter("cpu_seconds", "Processor time.", [[self.cpuMs / 1000]]);
  gauge("memory_bytes", "Memory of the process.", [
    [self.residentBytes, { kind: "resident" }],
    [self.heapUsedBytes, { kind: "heap" }],
  ]);
  gauge("event_loop_delay_seconds", "How long the event loop was held up.", quantiles(self.loopDelayMs));
  gauge("conversations", "Conversations in memory, answering, and messages that wait.", [
    [conversations.live, { state: "live" }],
    [conversations.answering, { state: "answering" }],
    [conversations.queued, { state: "queued" }],
  ]);
  counter("turns", "Turns that ended, by how.", byName(turns.ended, "ending"));
  gauge("first_text_seconds", "From a turn's start to its first word.", quantiles(turns.firstTextMs));
  gauge("turn_seconds", "From a turn's start to its end.", quantiles(turns.wholeMs));
  counter("tokens", "Tokens of models.", [
    [turns.promptTokens, { kind: "prompt" }],
    [turns.completionTokens, { kind: "completion" }],
  ]);
  gauge("clients", "Clients that are connected.", [[gateway.clients]]);
  gauge("topics", "Topics that clients have joined.", [[gateway.topics]]);
  gauge("followers", "Who follows a conversation, by type of client.", byName(conversations.followers, "client"));
  gauge("send_queue_bytes", "Sent to clients and not read yet.", [[gateway.queuedBytes]]);
  counter("refusals", "What clients were refused, by why.", byName(gateway.refusals, "reason"));
  gauge("breaker_open", "1 while the endpoint is left alone.", [[model.breaker === "closed" ? 0 : 1]]);
  gauge("index_files", "Files in the code index.", [[index.files]]);
  counter("recalls", "Questions to the memory, and those to which something was found.", [
    [recalls.asked, { kind: "asked" }],
    [recalls.found, { kind: "found" }],
  ]);
  gauge("recall_seconds", "How long a question to the memory took.", quantiles(recalls.ms));
  gauge("durable_write_seconds", "Until what was written would survive a loss of power.", quantiles(store.durableMs));
  if (memory !== undefined) {
    gauge("memories", "Memories by status.", byName(memory.longTerm, "status"));
    gauge("patterns", "Patterns of the mid term.", [[memory.patterns]]);
    gauge("episodes", "Turns that can be recalled.", [[memory.episodes]]);
    gauge("short_term_messages", "Recent messages that are held.", [[memory.shortTerm]]);
    gauge("memory_store_bytes", "Memories on disk, encrypted.", [[memory.bytes]]);
  }
  if (completions !== undefined) {
    counter("suggestions", "Suggestions shown and accepted, requests and answers of the cache.", [
      [completions.shown, { kind: "shown" }],
      [completions.accepted, { kind: "accepted" }],
      [completions.requests, { kind: "requests" }],
      [completions.cached, { kind: "cached" }],
    ]);
  }
}

function quantiles({ p50, p95, p99 }: Percentiles): Labelled {
  return [
    [p50 / 1000, { quantile: "0.5" }],
    [p95 / 1000, { quantile: "0.95" }],
    [p99 / 1000, { quantile: "0.99" }],
  ];
}

function byName(counts: Readonly<Record<string, number>>, label: string): Labelled {
  return Object.entries(counts).map(([name, value]) => [value, { [label]: name }]);
}
