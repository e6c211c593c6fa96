import type { Applied, Kept, ReviewedFiles } from "../edits/reviewedFiles.ts";
import type { Verification } from "../edits/verification.ts";
import { isAtOrBehind } from "../protocol/branches.ts";
import type { EditorDiagnostic } from "../protocol/editor.ts";
import type { EditParams, EditResult, FileOutcome, Hunk, Proposal, ProposedFile, Review } from "../protocol/edits.ts";
import type { PersistedEvent } from "../protocol/events.ts";
import { hunksOf, isReasonOnly, openHunks } from "../protocol/review.ts";
import type { Turn } from "../protocol/transcript.ts";
import type { WorkflowStep } from "../protocol/workflow.ts";
import { DuckError } from "../util/errors.ts";
import type { Log } from "../util/log.ts";
import { redact } from "../util/redaction.ts";
import { refuseForgotten } from "./forgetting.ts";
import type { Journal, Unnumbered } from "./journal.ts";
import { appliedSteps, hasStep, refusedSteps, reviewSteps, VERIFY_SKIPPED, VERIFY_STOPPED } from "./reviewSteps.ts";

export interface ReviewsOptions {
  readonly journal: Journal;
  /** Absent where no file may be written: in restricted mode. */
  readonly files: ReviewedFiles | undefined;
  readonly verification: Verification | undefined;
  /** Runs what writes events, one task after another. */
  readonly write: <T>(task: () => Promise<T>) => Promise<T>;
  readonly turn: (turnId: string) => Turn;
  readonly onReason: (turnId: string, text: string) => void;
  readonly logger: Log;
}

/**
 * The proposals of one conversation under review: what was decided is kept at once, and when nothing is open any more what was
 * accepted is written to the files. Before that the log says that it will be, so that a crash in between is found.
 */
export class Reviews {
  readonly #options: ReviewsOptions;
  /** Hunks with a secret in them, which the log does not keep; by turn and hunk. */
  readonly #covered = new Map<string, Hunk>();
  readonly #closing = new AbortController();
  /** Files are being written for these. */
  readonly #writing = new Set<Promise<void>>();

  constructor(options: ReviewsOptions) {
    this.#options = options;
  }

  get isWriting(): boolean {
    return this.#writing.size > 0;
  }

  async whenWritten(): Promise<void> {
    await Promise.all(this.#writing);
  }

  /** Goes on with what an earlier process was about to write, and may have written. What it was verifying nobody verifies now. */
  resume(): void {
    for (const { accepted, reviews = [], workflow = [] } of this.#options.journal.transcript.turns) {
      for (const review of reviews) {
        if (review.state === "applying") void this.#apply(accepted.turnId, review, { isResumed: true });
      }
      const isVerifying = workflow.some(({ id, state }) => id === "verify" && state === "running");
      if (isVerifying && reviews.length > 0) void this.#track(this.#tell(accepted.turnId, [VERIFY_STOPPED]));
    }
  }

  /** What is being written is finished; nobody verifies it any more. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.whenWritten();
  }

  /** The proposal as it may be kept and told. */
  propose(turnId: string, proposal: Proposal): Proposal {
    const files = proposal.files.map((file) => ({
      ...file,
      hunks: file.hunks.map((hunk) => this.#withoutSecrets(turnId, hunk)),
    }));
    return { ...proposal, files };
  }

  async decide(params: EditParams<"rubberduck/edit/decide">): Promise<void> {
    const { turnId, proposalId, hunkIds, decision, reason } = params;
    const review = await this.#options.write(async () => {
      const known = this.#decidable(params);
      checkDecision(known, params);
      if (decision === "accepted") this.#refuseLost(turnId, known, hunkIds);
      await this.#commit([{ type: "decided", turnId, proposalId, hunkIds, decision, ...(reason && { reason }) }]);
      const decided = this.#find(turnId, proposalId);
      if (decided.state !== "open" && decided.state !== "closed") return undefined;
      const isNext = decided.state === "open" && openHunks(decided).length === 0;
      await this.#commit([
        ...reviewSteps(this.#options.turn(turnId), decided),
        ...(isNext ? [{ type: "applied" as const, turnId, proposalId }] : []),
      ]);
      return isNext ? decided : undefined;
    });
    if (decision === "rejected" && reason)
      this.#options.onReason(turnId, reasonText(this.#find(turnId, proposalId), params));
    if (review !== undefined) await this.#apply(turnId, review, { isResumed: false });
  }

  async preview(
    { turnId, proposalId, path }: EditParams<"rubberduck/edit/preview">,
    signal: AbortSignal,
  ): Promise<EditResult<"rubberduck/edit/preview">> {
    const review = this.#find(turnId, proposalId);
    const file = fileOf(review, path);
    if (review.state === "applied") return this.#previewApplied(review, file, signal);
    const hunks = file.hunks.filter(({ id }) => review.decisions[id]?.decision !== "rejected");
    return this.#files().preview(
      file,
      hunks.map((hunk) => this.#whole(turnId, hunk)),
      signal,
    );
  }

  async revert(
    { turnId, proposalId }: EditParams<"rubberduck/edit/revert">,
    signal: AbortSignal,
  ): Promise<EditResult<"rubberduck/edit/revert">> {
    const review = this.#find(turnId, proposalId);
    if (review.state !== "applied") throw new DuckError("tooLate", "There is nothing to undo: it is not applied.");
    const files = await this.#files().revert(appliedOf(review), `Undo: ${review.title}`, signal);
    const refused = files.filter(({ state }) => state === "refused");
    if (refused.length > 0) throw new DuckError("tooLate", inTheWay(review, refused));
    await this.#reverted(turnId, proposalId, files);
    return { files };
  }

  /** Takes back what was applied since the message, as far as that is possible; the newest first. */
  async rewind(
    turnId: string,
    { check }: { readonly check: boolean },
    signal: AbortSignal,
  ): Promise<EditResult<"rubberduck/edit/rewind">> {
    const reviews = this.#appliedSince(turnId);
    if (reviews.length === 0) return { restored: [], kept: [] };
    const labels = new Map(reviews.flatMap(({ review }) => review.files.map(({ path, label }) => [path, label])));
    const named = (kept: readonly Kept[]) => kept.map(({ path, why }) => ({ label: labels.get(path) ?? path, why }));
    const files = this.#files();
    const { writes, kept } = await files.undo(
      reviews.map(({ review }) => appliedOf(review)),
      signal,
    );
    const restored = writes.map(({ path }) => labels.get(path) ?? path);
    if (check) return { restored, kept: named(kept) };
    const outcomes = await files.write("Go back", writes, signal);
    const refused = outcomes.filter(({ state }) => state === "refused");
    if (refused.length > 0) {
      return { restored: [], kept: named(refused.map(({ path, why = "" }) => ({ path, why }))) };
    }
    const left = new Set(kept.map(({ path }) => path));
    for (const { turnId: of, review } of reviews) {
      if (review.files.some(({ path }) => left.has(path))) continue;
      const paths = new Set(review.files.map(({ path }) => path));
      await this.#reverted(
        of,
        review.id,
        outcomes.filter(({ path }) => paths.has(path)),
      );
    }
    return { restored, kept: named(kept) };
  }

  /** Once it has begun it goes to its end: whoever asked may be gone. */
  #apply(turnId: string, review: Review, how: { readonly isResumed: boolean }): Promise<void> {
    return this.#track(this.#applied(turnId, review, how));
  }

  #track(task: Promise<void>): Promise<void> {
    const tracked: Promise<void> = task
      .catch((error) => this.#options.logger.error("changes could not be applied", error))
      .finally(() => this.#writing.delete(tracked));
    this.#writing.add(tracked);
    return tracked;
  }

  async #applied(turnId: string, review: Review, { isResumed }: { readonly isResumed: boolean }): Promise<void> {
    const { verification, turn } = this.#options;
    const paths = review.files.map(({ path }) => path);
    const problems = hasStep(turn(turnId), "verify")
      ? await verification?.look(paths, this.#closing.signal)
      : undefined;
    const files = await this.#written(turnId, review, isResumed);
    await this.#record({ type: "applied", turnId, proposalId: review.id, files });
    const isRefused = files.some(({ state }) => state === "refused");
    await this.#tell(turnId, isRefused ? refusedSteps(this.#find(turnId, review.id)) : appliedSteps(files));
    // Whoever accepted need not wait for it.
    if (!isRefused && hasStep(turn(turnId), "verify")) void this.#track(this.#verify(turnId, problems, paths));
  }

  async #written(turnId: string, review: Review, isResumed: boolean): Promise<readonly FileOutcome[]> {
    const isAccepted = ({ id }: Hunk) => review.decisions[id]?.decision === "accepted";
    const accepted = review.files
      .map((file) => ({ file, hunks: file.hunks.filter(isAccepted).map((hunk) => this.#whole(turnId, hunk)) }))
      .filter(({ hunks }) => hunks.length > 0);
    try {
      return await this.#files().apply(review.title, accepted, { isResumed }, NEVER);
    } catch (error) {
      const why = error instanceof DuckError ? error.message : "It could not be written. Try again.";
      if (!(error instanceof DuckError)) this.#options.logger.error("changes could not be written", error);
      return accepted.map(({ file }) => ({ path: file.path, state: "refused", why }));
    }
  }

  async #verify(
    turnId: string,
    before: readonly EditorDiagnostic[] | undefined,
    paths: readonly string[],
  ): Promise<void> {
    const { verification } = this.#options;
    const { signal } = this.#closing;
    if (verification === undefined || before === undefined) return this.#tell(turnId, [VERIFY_SKIPPED]);
    await this.#tell(turnId, [{ id: "verify", label: "Verify", state: "running" }]);
    const found = await verification.compare(before, paths, signal).catch(() => undefined);
    if (signal.aborted) return;
    if (found === undefined) return this.#tell(turnId, [VERIFY_SKIPPED]);
    const state = found.isWorse ? "failed" : "done";
    await this.#tell(turnId, [{ id: "verify", label: "Verify", state, note: found.note }]);
  }

  async #previewApplied(
    review: Review,
    file: ProposedFile,
    signal: AbortSignal,
  ): Promise<EditResult<"rubberduck/edit/preview">> {
    const { writes, kept } = await this.#files().undo(
      [{ id: review.id, outcomes: (review.outcomes ?? []).filter(({ path }) => path === file.path) }],
      signal,
    );
    const [write] = writes;
    if (write === undefined) throw new DuckError("tooLate", `${file.label}: ${kept[0]?.why ?? "Nothing was changed."}`);
    return { before: write.after, after: write.before };
  }

  /** Of the branch in view and of others: a file does not know branches. */
  #appliedSince(turnId: string): { turnId: string; review: Review }[] {
    const { transcript } = this.#options.journal;
    const since = this.#options.turn(turnId).accepted;
    return transcript.turns
      .filter(({ accepted }) => isAtOrBehind(transcript, accepted, since))
      .flatMap(({ accepted, reviews = [] }) => reviews.map((review) => ({ turnId: accepted.turnId, review })))
      .filter(({ review }) => review.state === "applied")
      .toReversed();
  }

  #find(turnId: string, proposalId: string): Review {
    const turn = this.#options.turn(turnId);
    refuseForgotten(turn);
    const review = turn.reviews?.find(({ id }) => id === proposalId);
    if (review === undefined) throw new DuckError("notFound", "Those changes are not in this conversation.");
    return review;
  }

  #decidable(params: EditParams<"rubberduck/edit/decide">): Review {
    const review = this.#find(params.turnId, params.proposalId);
    // With everything rejected nothing was done, and one may think again.
    if (review.state === "open" || review.state === "closed") return review;
    // Rejecting the last one applies the others at once; why can be said behind it.
    if (isReasonOnly(review, params)) return review;
    throw new DuckError("tooLate", TOO_LATE[review.state]);
  }

  #files(): ReviewedFiles {
    const { files } = this.#options;
    if (files === undefined) {
      throw new DuckError("invalidRequest", "This folder is not trusted, so no file is changed. Trust it first.");
    }
    return files;
  }

  #withoutSecrets(turnId: string, hunk: Hunk): Hunk {
    const search = redact(hunk.search).text;
    const replace = redact(hunk.replace).text;
    if (search === hunk.search && replace === hunk.replace) return hunk;
    this.#covered.set(`${turnId} ${hunk.id}`, hunk);
    return { ...hunk, search, replace, covered: true };
  }

  #whole(turnId: string, hunk: Hunk): Hunk {
    return (hunk.covered && this.#covered.get(`${turnId} ${hunk.id}`)) || hunk;
  }

  #refuseLost(turnId: string, review: Review, hunkIds: readonly string[]): void {
    const lost = hunksOf(review).find(
      ({ id, covered }) => hunkIds.includes(id) && covered && !this.#covered.has(`${turnId} ${id}`),
    );
    if (lost !== undefined) {
      throw new DuckError(
        "tooLate",
        "A secret stands in that change, so it was not kept when the server was started again. Ask for it again.",
      );
    }
  }

  async #reverted(turnId: string, proposalId: string, files: readonly FileOutcome[]): Promise<void> {
    await this.#record({ type: "applied", turnId, proposalId, files: files.map(withoutUndo), reverted: true });
    if (hasStep(this.#options.turn(turnId), "apply")) {
      await this.#tell(turnId, [{ id: "apply", label: "Apply", state: "skipped", note: "undone" }]);
    }
  }

  /** What has happened to the files is kept as soon as the disk lets it. */
  async #record(event: Unnumbered): Promise<void> {
    await this.#options.write(() => this.#options.journal.record(event));
  }

  async #tell(turnId: string, steps: readonly WorkflowStep[]): Promise<void> {
    if (this.#options.turn(turnId).workflow !== undefined) await this.#record({ type: "workflow", turnId, steps });
  }

  async #commit(events: readonly Unnumbered[]): Promise<void> {
    const { journal } = this.#options;
    if (events.length > 0) await journal.commit(events.map((event) => journal.number(event) as PersistedEvent));
  }
}

const NEVER = new AbortController().signal;

const TOO_LATE = {
  applying: "These changes are just being applied.",
  applied: "These changes are applied. Undo them instead.",
  reverted: "These changes were applied and undone. Ask for them again.",
} as const;

function checkDecision(review: Review, { hunkIds, decision, approved }: EditParams<"rubberduck/edit/decide">): void {
  const ids = new Set(hunkIds);
  const known = new Set(hunksOf(review).map(({ id }) => id));
  if (hunkIds.some((id) => !known.has(id))) throw new DuckError("notFound", "There is no such change.");
  if (decision !== "accepted") return;
  const guarded = review.files.find(
    ({ path, guarded, hunks }) => guarded !== undefined && path !== approved && hunks.some(({ id }) => ids.has(id)),
  );
  if (guarded?.guarded !== undefined) {
    throw new DuckError(
      "invalidRequest",
      `${guarded.label} is accepted by itself, after a look at its changes. ${guarded.guarded}`,
    );
  }
  const isAlone = review.files.every(({ path, hunks }) => path === approved || !hunks.some(({ id }) => ids.has(id)));
  if (approved !== undefined && !isAlone) {
    throw new DuckError("invalidRequest", "An approval is for one file. Accept the others apart from it.");
  }
}

/** What is remembered of a reason: it names the file, so that it is found when that is worked on again. */
function reasonText({ files }: Review, { hunkIds, reason }: EditParams<"rubberduck/edit/decide">): string {
  const ids = new Set(hunkIds);
  const labels = files.filter(({ hunks }) => hunks.some(({ id }) => ids.has(id))).map(({ label }) => label);
  return `A change of ${labels.join(", ")} was rejected: ${reason}`;
}

function fileOf(review: Review, path: string): ProposedFile {
  const file = review.files.find((one) => one.path === path);
  if (file === undefined) throw new DuckError("notFound", "That file is not among these changes.");
  return file;
}

function appliedOf({ id, outcomes = [] }: Review): Applied {
  return { id, outcomes };
}

function withoutUndo({ undo: _, ...outcome }: FileOutcome): FileOutcome {
  return outcome;
}

function inTheWay({ files }: Review, refused: readonly FileOutcome[]): string {
  const named = refused.map(({ path, why }) => `${files.find((file) => file.path === path)?.label ?? path}: ${why}`);
  return `Nothing was undone. ${named.join(" ")}`;
}
