/**
 * Cuts a stream where what follows cannot change what stands before: a CR may be half of a line's end, and a high surrogate is half
 * of a sign, which would come together only where nobody looks at it any more.
 */
export class Pieces {
  #held = "";

  /** What may be shown of all that has come and was not shown yet. */
  add(text: string): string {
    const all = this.#held + text;
    const cut = /[\r\ud800-\udbff]$/.test(all) ? all.length - 1 : all.length;
    this.#held = all.slice(cut);
    return all.slice(0, cut);
  }

  rest(): string {
    const held = this.#held;
    this.#held = "";
    return held;
  }
}
