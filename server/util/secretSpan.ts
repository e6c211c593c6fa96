/** A secret's place in a text, in UTF-16 code units, `end` exclusive. */
export interface SecretSpan {
  readonly start: number;
  readonly end: number;
  /** What it is, for a person: "GitHub token". */
  readonly name: string;
}
