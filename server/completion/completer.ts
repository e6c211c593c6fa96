import { estimatingTokenizer, type Tokenizer } from "../context/tokenizer.ts";
import type { FillModel } from "../llm/fill.ts";
import type { Traffic } from "../llm/traffic.ts";
import type { CompletionConfiguration, CompletionStatistics, CompletionStatus } from "../protocol/completions.ts";
import type { Clock } from "../util/clock.ts";
import { Emitter } from "../util/emitter.ts";
import { causeOf } from "../util/errors.ts";
import { once } from "../util/once.ts";
import { RateLimit } from "../util/rateLimit.ts";
import { isSecretFile } from "../workspace/secretFiles.ts";
import type { Admitted } from "./admitted.ts";
import { CompletionCache } from "./cache.ts";
import { delayMs, Rhythm } from "./delay.ts";
import { filtered } from "./filters.ts";
import { BrokenOff, Flight } from "./flight.ts";
import { continuation } from "./fromText.ts";
import type { Knowledge } from "./knowledge.ts";
import { type OpenTexts, type Place, placeIn } from "./place.ts";
import { promptFor } from "./prompt.ts";
import { Quiet } from "./quiet.ts";
import { RecentLines } from "./recentLines.ts";
import { canGoOn, shapeOf } from "./shape.ts";
import { Shown, type Suggestion } from "./shown.ts";
import { Tally } from "./statistics.ts";

export interface CompleterOptions {
  readonly documents: OpenTexts;
  /** Who is asked, or why nobody is. */
  readonly model: (name: string | undefined) => FillModel | string;
  /** Answers to messages, which go first. */
  readonly traffic: Pick<Traffic, "isBusy" | "onDidBegin" | "whenIdle">;
  readonly admitted: Admitted;
  readonly knowledge: Knowledge;
  readonly label: (path: string) => string;
  readonly loadTokenizer: () => Promise<Tokenizer>;
  /** Why nothing may be suggested at all, as a sentence: restricted mode. */
  readonly blocked?: string | undefined;
  readonly clock: Clock;
  readonly newId: () => string;
}

export interface Asked {
  readonly uri: string;
  /** Of the cursor, in UTF-16 code units. */
  readonly offset: number;
  /** Somebody pressed the key for it; else they only type. */
  readonly invoked: boolean;
}

/** Suggests how code goes on at the cursor: from the cache at once, else from what a model is saying already, else by asking one. */
export class Completer {
  readonly #options: CompleterOptions;
  readonly #cache = new CompletionCache();
  readonly #rhythm = new Rhythm();
  readonly #tally = new Tally();
  readonly #recent = new RecentLines();
  readonly #shown: Shown;
  readonly #quiet: Quiet;
  readonly #limit: RateLimit;
  readonly #loadTokenizer: () => void;
  readonly #statusChanged = new Emitter<CompletionStatus>();
  #configuration: CompletionConfiguration = { eagerness: "relaxed" };
  #status: CompletionStatus = { state: "ready", eagerness: "relaxed", why: "Nothing was suggested yet." };
  #waiting = new AbortController();
  #flight: Flight | undefined;
  #tokenizer: Tokenizer = estimatingTokenizer;

  constructor(options: CompleterOptions) {
    this.#options = options;
    this.#shown = new Shown(options, this.#tally, this.#rhythm);
    this.#quiet = new Quiet(options.clock);
    this.#limit = new RateLimit(REQUESTS, options.clock);
    // Before the first request nobody knows whether there will be one.
    this.#loadTokenizer = once(() => {
      const loaded = (tokenizer: Tokenizer) => {
        this.#tokenizer = tokenizer;
      };
      void options.loadTokenizer().then(loaded, () => {});
    });
    options.traffic.onDidBegin(() => {
      if (this.#flight?.isLocal) this.#giveWay(this.#flight);
    });
  }

  get status(): CompletionStatus {
    return this.#status;
  }

  get statistics(): CompletionStatistics {
    return this.#tally.statistics;
  }

  onDidChangeStatus(listener: (status: CompletionStatus) => void): () => void {
    return this.#statusChanged.on(listener);
  }

  configure(configuration: CompletionConfiguration): CompletionStatus {
    this.#configuration = configuration;
    this.reset();
    const isOff = configuration.eagerness === "off";
    this.#say(isOff ? "off" : "ready", isOff ? OFF : "Nothing was suggested yet.");
    return this.#status;
  }

  /** Another model answers, or other things are known: what was said before does not count any more. */
  reset(): void {
    this.#breakOff();
    this.#cache.clear();
    this.#quiet.over();
  }

  accepted(id: string): void {
    this.#shown.accepted(id);
  }

  /** Undefined when there is nothing to suggest: the status says why. Whoever asks later ends the waiting of who asked before. */
  async complete(asked: Asked, signal: AbortSignal): Promise<Suggestion | undefined> {
    this.#waiting.abort(new BrokenOff("Somebody typed on."));
    const waiting = new AbortController();
    this.#waiting = waiting;
    const ended = AbortSignal.any([signal, waiting.signal]);
    const { eagerness } = this.#configuration;
    if (this.#options.blocked !== undefined) return this.#none(this.#options.blocked, "off");
    if (eagerness === "off") return this.#none(OFF, "off");
    const open = this.#options.documents.get(asked.uri);
    const place = open && placeIn(open, asked.offset);
    if (place === undefined) return this.#none("The document is too long.");
    if (!asked.invoked) this.#rhythm.key(this.#options.clock.monotonicMs());
    this.#shown.movedTo(place);
    const obstacle = await this.#options.admitted.obstacle(place.path);
    if (obstacle !== undefined) return this.#none(obstacle);
    // Not of a file that nothing is suggested in: what was typed lately is sent along from other files.
    this.#recent.typed(place);
    const text = await this.#textAt(place, asked, ended);
    if (text === undefined || ended.aborted || !this.#isCurrent(place)) return undefined;
    this.#say("shown", "A suggestion is shown.");
    return this.#shown.show(place, text);
  }

  dispose(): void {
    this.#waiting.abort();
    this.#breakOff();
  }

  async #textAt(place: Place, { invoked }: Asked, ended: AbortSignal): Promise<string | undefined> {
    const known = this.#cache.find(place, this.#versionOf);
    if (known !== undefined && (known !== "" || !invoked)) {
      this.#tally.add("cached");
      return known === "" ? this.#none("The model had nothing to add here.") : known;
    }
    if (this.#flight !== undefined && !this.#flight.serves(place, this.#versionOf)) this.#breakOff();
    const { eagerness, model: name } = this.#configuration;
    if (!invoked && eagerness === "onRequest") return this.#none("Suggestions are made on request (Alt+\\).");
    if (!invoked && eagerness === "relaxed" && !canGoOn(place))
      return this.#none("Nothing is suggested within a line.");
    const model = this.#options.model(name);
    const cause = this.#quiet.cause;
    if (typeof model === "string") return this.#fromText(place, model);
    if (cause !== undefined && !invoked) return this.#fromText(place, cause);
    if (this.#flight === undefined) {
      try {
        const pause = delayMs(this.#rhythm.pace, eagerness);
        if (!invoked) await this.#options.clock.sleep(pause, ended);
      } catch {
        return undefined;
      }
    }
    return this.#asked(place, model, ended);
  }

  /** What a model says: from what is under way, else it is asked. Where that gives way to an answer, it is asked again after it. */
  async #asked(place: Place, model: FillModel, ended: AbortSignal): Promise<string | undefined> {
    for (;;) {
      if (this.#flight === undefined) {
        await this.#free(model, ended);
        if (ended.aborted || !this.#isCurrent(place)) return undefined;
        const allowance = this.#limit.take(EVERYBODY);
        if (allowance.kind === "refused") return this.#fromText(place, tooMany(allowance.retryAfterMs));
        this.#takeOff(place, model);
      }
      const flight = this.#flight;
      const text = await this.#landed(place, ended);
      if (flight?.hasGivenWay !== true || ended.aborted) return text;
    }
  }

  /** A local model that writes an answer does nothing else: who still waits then is next. */
  async #free(model: FillModel, ended: AbortSignal): Promise<void> {
    const { traffic } = this.#options;
    while (model.isLocal && traffic.isBusy && !ended.aborted) {
      this.#none("The local model is writing an answer.");
      await traffic.whenIdle(ended);
    }
  }

  /** What is known of the text alone. */
  #fromText(place: Place, why: string): string | undefined {
    const others = this.#options.documents
      .all()
      .filter(({ uri, path }) => uri !== place.uri && !(path !== undefined && isSecretFile(path)))
      .filter(({ text }) => text().length < MOST_OTHER);
    const texts = others.slice(0, MOST_OPEN).map((open) => open.text());
    const neighbours = this.#options.knowledge.at(place).neighbours.map(({ text }) => text);
    const text = continuation(place, this.#recent.newestFirst, [...texts, ...neighbours]);
    return text === "" ? this.#none(`${why} Without a model nothing here is sure enough.`) : text;
  }

  #takeOff(place: Place, model: FillModel): void {
    const { knowledge, label, clock } = this.#options;
    this.#loadTokenizer();
    const shape = shapeOf(place);
    const request = promptFor(
      place,
      shape,
      {
        label: place.path === undefined ? "untitled" : label(place.path),
        known: knowledge.at(place),
        recent: this.#recent.newestFirst,
      },
      (text) => this.#tokenizer.count(text),
    );
    const used = this.#usedBeside(place, request.beside);
    const { uri, prefix, suffix } = place;
    const flight = new Flight(place, shape, { uri, prefix, suffix, used }, model, request, clock);
    this.#flight = flight;
    this.#tally.add("requests");
    this.#say("asking", `${model.name} is asked.`);
    const beganMs = clock.monotonicMs();
    void flight.said.then(
      (said) => this.#keep(flight, said, clock.monotonicMs() - beganMs),
      (error) => this.#lost(flight, error),
    );
  }

  #keep(flight: Flight, said: string, latencyMs: number): void {
    if (this.#flight === flight) this.#flight = undefined;
    this.#quiet.over();
    this.#rhythm.answered(latencyMs);
    this.#tally.answered(latencyMs);
    const result = filtered(said, flight.place, flight.shape);
    this.#cache.keep(flight.basis, result.kind === "shown" ? result.text : "");
    if (result.kind === "none") this.#none(result.why);
  }

  #lost(flight: Flight, error: unknown): void {
    if (this.#flight === flight) this.#flight = undefined;
    if (error instanceof BrokenOff) return;
    this.#quiet.failed(causeOf(error));
    this.#none(causeOf(error));
  }

  /** Waits for what is under way; then the cache has it. */
  async #landed(place: Place, ended: AbortSignal): Promise<string | undefined> {
    const said = this.#flight?.said.catch(() => undefined);
    const typedOn = new Promise<void>((resolve) => {
      if (ended.aborted) resolve();
      ended.addEventListener("abort", () => resolve(), { once: true });
    });
    await Promise.race([said, typedOn]);
    // What is kept of the answer is kept by who listened first.
    return ended.aborted ? undefined : this.#cache.find(place, this.#versionOf) || undefined;
  }

  /** It counts for nothing: it is made once more. */
  #giveWay(flight: Flight): void {
    flight.hasGivenWay = true;
    this.#limit.giveBack(EVERYBODY);
    this.#breakOff();
  }

  #breakOff(): void {
    if (this.#flight === undefined) return;
    this.#tally.add("cancelled");
    this.#flight.breakOff();
    this.#flight = undefined;
  }

  /** Open documents whose text went along. */
  #usedBeside(place: Place, beside: string) {
    return this.#options.documents
      .all()
      .filter(({ uri, path }) => uri !== place.uri && path !== undefined && beside.includes(this.#options.label(path)))
      .map(({ uri, version }) => ({ uri, version }));
  }

  readonly #versionOf = (uri: string) => this.#options.documents.get(uri)?.version;

  #isCurrent({ uri, version }: Place): boolean {
    return this.#versionOf(uri) === version;
  }

  #none(why: string, state: CompletionStatus["state"] = "none"): undefined {
    this.#say(state, why);
    return undefined;
  }

  #say(state: CompletionStatus["state"], why: string): void {
    const { eagerness } = this.#configuration;
    const { state: stateBefore, why: whyBefore, eagerness: eagernessBefore } = this.#status;
    if (stateBefore === state && whyBefore === why && eagernessBefore === eagerness) return;
    this.#status = { state, eagerness, why };
    this.#statusChanged.emit(this.#status);
  }
}

const OFF = "Suggestions are turned off. Choose when they are made in the status bar.";
/** Of the process, which serves one editor. Who types with pauses comes to half of it. */
const REQUESTS = { count: 30, ms: 60_000, burst: 30 };
const EVERYBODY = "";
const tooMany = (retryAfterMs: number) =>
  `The model was asked ${REQUESTS.count} times in a minute; it is asked again in ${Math.ceil(retryAfterMs / 1000)} s.`;
const MOST_OPEN = 20;
/** Offline each keystroke goes through them. */
const MOST_OTHER = 128 * 1024;
