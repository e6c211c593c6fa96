import assert from "node:assert/strict";
import { test } from "node:test";
import type { TurnPart, TurnRequest } from "../../server/context/turn.ts";
import { TurnMeter } from "../../server/context/turnMeter.ts";
import type { Snapshot } from "../../server/protocol/introspection.ts";
import { introspectionText } from "../../server/protocol/introspectionText.ts";
import { prometheusText } from "../../server/telemetry/metrics.ts";
import { Samples } from "../../server/telemetry/samples.ts";
import { FakeClock } from "../fakes/clock.ts";

const NEVER = new AbortController().signal;
const none = { count: 0, p50: 0, p95: 0, p99: 0 };

const SNAPSHOT: Snapshot = {
  at: "2026-03-12T14:02:00.000Z",
  process: {
    pid: 7,
    role: "own",
    uptimeMs: 61_000,
    cpuMs: 1500,
    residentBytes: 2 ** 27,
    heapUsedBytes: 2 ** 26,
    loopDelayMs: none,
  },
  conversations: { live: 3, answering: 1, queued: 2, followers: { panel: 2, terminal: 1 } },
  turns: {
    ended: { complete: 4, failed: 1 },
    firstTextMs: { count: 5, p50: 120, p95: 800, p99: 900 },
    wholeMs: none,
    promptTokens: 1000,
    completionTokens: 200,
  },
  gateway: { clients: 2, topics: 5, queuedBytes: 77, port: 4001, refusals: { unauthorized: 3 } },
  model: { kind: "openai", breaker: "open" },
  index: { state: "ready", files: 12 },
  recalls: { asked: 9, found: 6, ms: { count: 9, p50: 3, p95: 20, p99: 21 } },
  store: { state: "open", durableMs: { count: 40, p50: 2, p95: 15, p99: 30 } },
};

test("percentiles are those of the last values, by nearest rank", () => {
  const samples = new Samples(100);
  assert.deepEqual(samples.percentiles, none);
  for (let value = 1; value <= 1000; value++) samples.add(value);
  assert.deepEqual(samples.percentiles, { count: 100, p50: 950, p95: 995, p99: 999 });
});

async function run(meter: TurnMeter, signal = NEVER): Promise<void> {
  const { parts } = await meter.run({} as TurnRequest, signal);
  for await (const _ of parts);
}

test("a turn is counted by how it ended, with its times and tokens", async () => {
  const clock = new FakeClock();
  const usage = { promptTokens: 10, completionTokens: 3 };
  const answered = async function* (): AsyncGenerator<TurnPart, void> {
    await clock.advance(200);
    yield { type: "text", text: "a" };
    await clock.advance(300);
    yield { type: "text", text: "b" };
    yield { type: "end", stopReason: "complete", usage };
  };
  const broken = async function* (): AsyncGenerator<TurnPart, void> {
    yield { type: "text", text: "a" };
    throw new Error("the line is cut");
  };
  let parts = answered;
  const meter = new TurnMeter({ run: async () => ({ kind: "chat", parts: parts() }) }, clock);
  await run(meter);
  parts = broken;
  await assert.rejects(run(meter), /the line is cut/);
  await assert.rejects(run(meter, AbortSignal.abort()), /the line is cut/);
  const { ended, firstTextMs, wholeMs, promptTokens, completionTokens } = meter.turns;
  assert.deepEqual(ended, { complete: 1, failed: 1, cancelled: 1 });
  assert.deepEqual([firstTextMs.count, firstTextMs.p99, wholeMs.p99], [3, 200, 500]);
  assert.deepEqual([promptTokens, completionTokens], [10, 3]);
});

test("the text says what there is, and what there is not", () => {
  const text = introspectionText(SNAPSHOT);
  assert.match(text, /running for\s+1 min 1 s/);
  assert.match(text, /ended\s+4 complete, 1 failed/);
  assert.match(text, /to the first word\s+p50 120 ms, p95 800 ms/);
  assert.match(text, /to the end\s+nothing yet/);
  assert.match(text, /followed by\s+2 panel, 1 terminal/);
  assert.match(text, /asked\s+9, something found 6 times/);
  assert.match(text, /written to disk in\s+p50 2 ms, p95 15 ms/);
  assert.match(text, /port\s+127\.0\.0\.1:4001/);
});

test("as Prometheus' text every line is a sample of a metric that is described, and counts are the snapshot's", async () => {
  const lines = (await prometheusText(SNAPSHOT)).trimEnd().split("\n");
  const described = new Set<string>();
  const samples = new Map<string, number>();
  for (const line of lines) {
    const type = /^# TYPE ([a-z_]+) (counter|gauge)$/.exec(line)?.[1];
    if (type !== undefined) described.add(type);
    if (line.startsWith("#")) continue;
    const [, name = "", value = ""] = /^([a-z_]+(?:\{[^}]*\})?) (\S+)$/.exec(line) ?? [];
    assert.ok(described.has(name.replace(/\{.*/, "")), line);
    samples.set(name, Number(value));
  }
  assert.equal(samples.get("rubberduck_clients"), 2);
  assert.equal(samples.get('rubberduck_turns_total{ending="complete"}'), 4);
  assert.equal(samples.get('rubberduck_first_text_seconds{quantile="0.95"}'), 0.8);
  assert.equal(samples.get('rubberduck_refusals_total{reason="unauthorized"}'), 3);
  assert.equal(samples.get("rubberduck_breaker_open"), 1);
  assert.equal(samples.get('rubberduck_followers{client="panel"}'), 2);
  assert.equal(samples.get('rubberduck_recalls_total{kind="found"}'), 6);
  assert.equal(samples.get('rubberduck_durable_write_seconds{quantile="0.95"}'), 0.015);
  assert.equal(samples.get("rubberduck_send_queue_bytes"), 77);
});
