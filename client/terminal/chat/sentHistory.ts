/** What was sent before, for the arrow keys; what was being written stays at its end. */
export class SentHistory {
  #sent: readonly string[];
  #at: number;
  #draft = "";

  constructor(sent: readonly string[] = []) {
    this.#sent = sent;
    this.#at = sent.length;
  }

  /** Another conversation, or another message in it. */
  set(sent: readonly string[]): void {
    if (sent.length === this.#sent.length && sent.every((one, index) => one === this.#sent[index])) return;
    this.#sent = sent;
    this.#at = sent.length;
  }

  /** The one before; undefined when there is none. */
  older(draft: string): string | undefined {
    if (this.#at === 0) return undefined;
    if (this.#at === this.#sent.length) this.#draft = draft;
    this.#at--;
    return this.#sent[this.#at];
  }

  newer(): string | undefined {
    if (this.#at >= this.#sent.length) return undefined;
    this.#at++;
    return this.#at === this.#sent.length ? this.#draft : this.#sent[this.#at];
  }
}
