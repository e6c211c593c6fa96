/** What can be said of code without a model. Lines count from 1, both ends inclusive; labels are as the workspace shows them. */
export interface Findings {
  readonly files: readonly FileFindings[];
  /** Pairs of places that say the same but for blanks, comments, names of numbers and strings; the longest first. */
  readonly duplicates: readonly Duplicate[];
  /** Exported names that stand in no other of the files. */
  readonly unused: readonly NamedPlace[];
}

export interface FileFindings {
  readonly label: string;
  readonly lines: number;
  /** Absent where there is no grammar for it. */
  readonly functions?: readonly FunctionFindings[];
  /** Comments that say TODO, FIXME, XXX or HACK. */
  readonly todos: readonly { readonly line: number; readonly text: string }[];
}

export interface FunctionFindings {
  readonly name: string;
  readonly startLine: number;
  readonly endLine: number;
  /** Cyclomatic complexity (T. J. McCabe, "A Complexity Measure", 1976): decisions + 1. Each of `&&`, `||`, `??` is a decision. */
  readonly complexity: number;
}

export interface Duplicate {
  readonly places: readonly [Span, Span];
  /** Lines of the first of them. */
  readonly lines: number;
}

export interface Span {
  readonly label: string;
  readonly startLine: number;
  readonly endLine: number;
}

export interface NamedPlace {
  readonly label: string;
  readonly line: number;
  readonly name: string;
}
