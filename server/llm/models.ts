import type { ModelChoice, ModelName } from "../protocol/events.ts";
import type { DiscoveredEndpoint, LentModel, ModelConfiguration, ModelStatus, Price } from "../protocol/requests.ts";
import { type Clock, systemClock } from "../util/clock.ts";
import type { Disposable } from "../util/disposable.ts";
import { Emitter } from "../util/emitter.ts";
import { causeOf, DuckError } from "../util/errors.ts";
import { BackgroundCalls } from "./backgroundCalls.ts";
import { type DiscoverOptions, discover } from "./discover.ts";
import { EditorModel, type Lender } from "./editorModel.ts";
import { isLoopback } from "./endpoint.ts";
import { EndpointFiller, type FillModel } from "./fill.ts";
import type { LanguageModel } from "./languageModel.ts";
import { createOpenAiModel, type EndpointModel, type Learned, preload } from "./openai.ts";
import { Prices } from "./prices.ts";
import { DEFAULT_LIMITS, type ResilienceOptions, ResilientModel } from "./resilience.ts";
import { Traffic } from "./traffic.ts";

/** `reason` is a sentence for the status bar's tooltip. */
export interface Picked {
  readonly model: LanguageModel;
  readonly reason: string;
}

export interface ModelsOptions extends Omit<ResilienceOptions, "clock"> {
  /** Who answers when no endpoint does, and why, when another was chosen. */
  readonly offline: (reason?: string) => LanguageModel;
  /** Why no endpoint may be asked at all, as a sentence: restricted mode. */
  readonly blocked?: string;
  readonly clock?: Clock;
  /** Absent: no editor is there to lend its models. */
  readonly lender?: Lender;
  readonly discover?: Omit<DiscoverOptions, "clock">;
}

/** Which model answers: the configured endpoint, or the offline one and why. */
export class Models implements Disposable {
  readonly #options: ModelsOptions;
  readonly #clock: Clock;
  readonly #statusChanged = new Emitter<ModelStatus>();
  /** By base URL and model name: a window that was learned outlives a change of key or settings. */
  readonly #learned = new Map<string, Learned>();
  #lent: readonly LentModel[] = [];
  readonly #prices = new Prices();
  /** Answers that the endpoint writes: completions wait for them. */
  readonly traffic = new Traffic();
  readonly backgroundCalls: BackgroundCalls;
  #configuration: ModelConfiguration = {};
  #endpoint: ConfiguredEndpoint | undefined;
  /** Why the settings cannot work. */
  #invalid: string | undefined;

  constructor(options: ModelsOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.backgroundCalls = new BackgroundCalls(this.#clock);
  }

  /**
   * Uses other settings from the next message on; replies that stream go on. Settings that are the same change nothing.
   * Throws DuckError modelNotConfigured when they cannot work; the offline model answers then.
   */
  configure(configuration: ModelConfiguration): ModelStatus {
    if (isSame(configuration, this.#configuration) && this.#invalid === undefined) return this.status;
    this.#disconnect();
    this.#invalid = undefined;
    this.#configuration = { ...configuration };
    this.#prices.state(configuration.prices ?? {});
    this.#prices.learn([]);
    try {
      if (configuration.baseUrl?.trim()) this.#endpoint = this.#connect(configuration.baseUrl, configuration);
    } catch (error) {
      this.#invalid = causeOf(error);
      throw error;
    } finally {
      this.#announce();
    }
    return this.status;
  }

  /** The models that the editor lends now; none when it is gone. */
  lend(models: readonly LentModel[]): ModelStatus {
    if (JSON.stringify(models) !== JSON.stringify(this.#lent)) {
      this.#lent = models;
      this.#announce();
    }
    return this.status;
  }

  get configuration(): ModelConfiguration {
    return this.#configuration;
  }

  get status(): ModelStatus {
    const { model, reason } = this.pick({ kind: "default" });
    const configured = this.#endpoint && {
      baseUrl: this.#endpoint.baseUrl,
      host: this.#endpoint.model.host,
      name: this.#endpoint.model.name.id,
      hasKey: Boolean(this.#configuration.apiKey?.trim()),
    };
    // While a lent model answers, an endpoint that does not is nobody's trouble.
    const asked = this.#configuration.editorModel ? undefined : this.#endpoint;
    const breaker = asked?.resilient.breaker ?? { state: "closed" };
    return { model: model.name, reason, configured, breaker, ...(this.#lent.length > 0 && { lent: this.#lent }) };
  }

  /** Adds a listener; the result removes it. */
  onDidChangeStatus(listener: (status: ModelStatus) => void): () => void {
    return this.#statusChanged.on(listener);
  }

  /** Who answers when this was chosen. */
  pick(choice: ModelChoice): Picked {
    if (choice.kind === "offline") {
      return { model: this.#options.offline(), reason: "An answer without a model was asked for." };
    }
    if (choice.kind === "editor") return this.#pickLent(choice.id, "chosen for this conversation");
    const { editorModel } = this.#configuration;
    if (choice.kind === "default" && editorModel) return this.#pickLent(editorModel, "as chosen");
    const obstacle = this.#obstacle(choice);
    if (obstacle === NOT_CONFIGURED) return { model: this.#options.offline(), reason: obstacle };
    if (obstacle !== undefined) return this.#offline(obstacle);
    const { baseUrl, named } = this.#configuredEndpoint();
    if (choice.kind === "default") {
      const { model, resilient } = this.#configuredEndpoint();
      return { model: resilient, reason: `${model.name.id} at ${model.host}, as configured.` };
    }
    const { model, resilient } = named.get(choice.name) ?? this.#connectNamed(baseUrl, choice.name);
    return { model: resilient, reason: `${model.name.id} at ${model.host}, chosen for this conversation.` };
  }

  /**
   * The names that an endpoint offers: the given one, else the configured one. Throws DuckError modelNotConfigured, or like
   * {@link LanguageModel.stream}.
   */
  async listModels(
    { baseUrl, apiKey }: Pick<ModelConfiguration, "baseUrl" | "apiKey"> = {},
    signal: AbortSignal = new AbortController().signal,
  ): Promise<string[]> {
    if (this.#options.blocked !== undefined) throw new DuckError("modelNotConfigured", this.#options.blocked);
    const model =
      baseUrl === undefined
        ? this.#configuredEndpoint().model
        : createOpenAiModel({ baseUrl, name: "", ...(apiKey && { apiKey }) }, this.#clock, {});
    const stop = new AbortController();
    const onAbort = () => stop.abort(signal.reason);
    signal.throwIfAborted();
    signal.addEventListener("abort", onAbort, { once: true });
    const cancelTimer = this.#clock.after(LIST_TIMEOUT_MS, () =>
      stop.abort(new DuckError("timedOut", `${model.host} did not send its list of models within 10 seconds.`)),
    );
    try {
      const offered = await model.listModels(stop.signal);
      if (baseUrl === undefined) this.#prices.learn(offered);
      return offered.map(({ name }) => name);
    } finally {
      cancelTimer();
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** The model that may make titles when this was chosen: past breaker and retry, which are about answers. */
  forTitles(choice: ModelChoice): LanguageModel | undefined {
    return this.#configuration.titles === true ? this.forSummaries(choice) : undefined;
  }

  /** The same for what is worth remembering. */
  forLearning(choice: ModelChoice): LanguageModel | undefined {
    return this.#configuration.learn === true ? this.forSummaries(choice) : undefined;
  }

  /** The same for summaries of earlier messages, without which there would be no room for them. */
  forSummaries(choice: ModelChoice): LanguageModel | undefined {
    if (this.pick(choice).model.name.kind === "offline") return undefined;
    if (choice.kind === "editor" || (choice.kind === "default" && this.#configuration.editorModel)) {
      return this.pick(choice).model;
    }
    const endpoint = this.#configuredEndpoint();
    return choice.kind === "openai" ? endpoint.named.get(choice.name)?.model : endpoint.model;
  }

  /**
   * Who fills gaps in code: `name` of the configured endpoint, else the configured model; past breaker and retry, which are about
   * answers. A sentence says why nobody does.
   */
  forCompletions(name?: string): FillModel | string {
    const { blocked } = this.#options;
    const obstacle = blocked ?? this.#invalid ?? (this.#endpoint === undefined ? NOT_CONFIGURED : undefined);
    if (obstacle !== undefined || this.#endpoint === undefined) return obstacle ?? NOT_CONFIGURED;
    const asked = name || this.#endpoint.model.name.id;
    if (asked === "") return `No model of ${this.#endpoint.model.host} is chosen. Run 'RubberDuck: Choose Model'.`;
    const { baseUrl, fillers } = this.#endpoint;
    const filler =
      fillers.get(asked) ?? new EndpointFiller({ ...this.#configuration, baseUrl, name: asked }, this.#clock);
    fillers.set(asked, filler);
    return filler;
  }

  /** What this model costs; undefined when nobody says so. */
  priceOf({ kind, id }: ModelName): Price | undefined {
    return kind === "openai" ? this.#prices.of(id) : undefined;
  }

  /** Asks an endpoint over the network once what its models cost. One on this computer costs nothing. */
  learnPrices(): void {
    const endpoint = this.#endpoint;
    if (endpoint === undefined || endpoint.pricesAsked || isLoopback(new URL(endpoint.baseUrl).hostname)) return;
    endpoint.pricesAsked = true;
    void this.listModels().catch(() => {});
  }

  async discover(): Promise<DiscoveredEndpoint[]> {
    if (this.#options.blocked !== undefined) return [];
    return discover({ ...this.#options.discover, clock: this.#clock });
  }

  /** Closes the circuit breaker, so that the next message tries the endpoint again. */
  retryNow(): ModelStatus {
    this.#endpoint?.resilient.retryNow();
    return this.status;
  }

  /** Loads what the first message would have to wait for. */
  preload(): Promise<void> {
    return preload();
  }

  dispose(): void {
    this.#disconnect();
  }

  #pickLent(id: string, why: string): Picked {
    const { blocked, lender } = this.#options;
    if (blocked !== undefined) return this.#offline(blocked);
    const lent = this.#lent.find((model) => model.id === id);
    if (lender === undefined || lent === undefined) {
      return this.#offline(
        `The editor does not lend ${id} now. Enable the extension that provides it, or run 'RubberDuck: Choose Model'.`,
      );
    }
    const takesTools = this.#configuration.tools !== "off";
    const model = new EditorModel(lent, lender, this.#clock, takesTools);
    return { model, reason: `${lent.name}, lent by VS Code, ${why}.` };
  }

  #disconnect(): void {
    this.#endpoint?.resilient.dispose();
    for (const { resilient } of this.#endpoint?.named.values() ?? []) resilient.dispose();
    this.#endpoint = undefined;
  }

  #connect(baseUrl: string, configuration: ModelConfiguration): ConfiguredEndpoint {
    const connected = this.#connectModel(baseUrl, configuration);
    connected.resilient.onDidChangeBreaker(() => {
      if (this.#endpoint?.resilient === connected.resilient) this.#announce();
    });
    return { baseUrl: baseUrl.trim(), ...connected, named: new Map(), fillers: new Map(), pricesAsked: false };
  }

  /** The configured window is that of the configured model; another one's is learned. */
  #connectNamed(baseUrl: string, name: string): ConnectedModel {
    const connected = this.#connectModel(baseUrl, { ...this.#configuration, name, contextWindowTokens: undefined });
    this.#configuredEndpoint().named.set(name, connected);
    return connected;
  }

  #connectModel(baseUrl: string, configuration: ModelConfiguration): ConnectedModel {
    const name = configuration.name?.trim() ?? "";
    const learned = this.#learned.get(`${baseUrl.trim()} ${name}`) ?? {};
    this.#learned.set(`${baseUrl.trim()} ${name}`, learned);
    const model = createOpenAiModel({ ...configuration, baseUrl, name }, this.#clock, learned, this.traffic);
    const limits = isLoopback(new URL(baseUrl.trim()).hostname) ? LOCAL_LIMITS : DEFAULT_LIMITS;
    const resilient = new ResilientModel(model, {
      random: this.#options.random,
      limits: this.#options.limits ?? limits,
      clock: this.#clock,
    });
    return { model, resilient };
  }

  #offline(reason: string): Picked {
    return { model: this.#options.offline(reason), reason };
  }

  /** Why the endpoint does not answer, as a sentence; undefined when it does. */
  #obstacle(choice: ModelChoice): string | undefined {
    if (this.#options.blocked !== undefined) return this.#options.blocked;
    if (this.#invalid !== undefined) return this.#invalid;
    if (!this.#endpoint) return NOT_CONFIGURED;
    const named = choice.kind === "openai" ? choice.name : this.#endpoint.model.name.id;
    if (named === "") return `No model of ${this.#endpoint.model.host} is chosen. Run 'RubberDuck: Choose Model'.`;
    const asked = choice.kind === "openai" ? this.#endpoint.named.get(choice.name) : this.#endpoint;
    const refusal = asked?.resilient.refusal;
    return refusal && `${refusal}.`;
  }

  #configuredEndpoint(): ConfiguredEndpoint {
    if (!this.#endpoint) throw new DuckError("modelNotConfigured", this.#invalid ?? NOT_CONFIGURED);
    return this.#endpoint;
  }

  #announce(): void {
    this.#statusChanged.emit(this.status);
  }
}

interface ConnectedModel {
  readonly model: EndpointModel;
  readonly resilient: ResilientModel;
}

/** The configured model, and others of the same endpoint that conversations chose. */
interface ConfiguredEndpoint extends ConnectedModel {
  readonly baseUrl: string;
  readonly named: Map<string, ConnectedModel>;
  readonly fillers: Map<string, FillModel>;
  pricesAsked: boolean;
}

const NOT_CONFIGURED = "No model is configured. Run 'RubberDuck: Choose Model'.";

/** A local server may load a large model into memory, for minutes, before it says a word. */
const LOCAL_LIMITS = { ...DEFAULT_LIMITS, firstMs: 300_000 };

/** A list is a few kilobytes from memory; a person waits for it before a menu. */
const LIST_TIMEOUT_MS = 10_000;

function isSame(a: ModelConfiguration, b: ModelConfiguration): boolean {
  return (
    (a.baseUrl ?? "") === (b.baseUrl ?? "") &&
    (a.name ?? "") === (b.name ?? "") &&
    (a.apiKey ?? "") === (b.apiKey ?? "") &&
    a.contextWindowTokens === b.contextWindowTokens &&
    a.tools === b.tools &&
    (a.images ?? "auto") === (b.images ?? "auto") &&
    (a.editorModel ?? "") === (b.editorModel ?? "") &&
    a.titles === b.titles &&
    a.learn === b.learn &&
    JSON.stringify(a.prices ?? {}) === JSON.stringify(b.prices ?? {})
  );
}
