export type SignalName = keyof (typeof FILES)["weights"];

/** What counts how much. */
export interface Profile {
  /** BM25's saturation and length normalisation over the whole file. */
  readonly k1: number;
  readonly b: number;
  readonly weights: Readonly<Record<SignalName, number>>;
}

/** For whole files. */
export const FILES = {
  k1: 1.2,
  b: 0.75,
  weights: {
    /** BM25F of the whole file. */
    file: 1,
    /** BM25 of its best chunks. */
    chunks: 1.4,
    /** How much of the file's name the query names. */
    name: 1,
    /** How much of the query is in the path. */
    path: 0.25,
    /** How much of the area that the query names ("router: ...") is in the path. */
    scope: 1.2,
    /** Words that stand next to each other in the query and in an identifier. */
    pairs: 1.5,
    /** Names that are defined in it. */
    definitions: 0.3,
    /** How many of the query's words it has at all. */
    coverage: 0.3,
    /** What was said when it was changed before. */
    history: 0.9,
    /** How lately it was changed. */
    recency: 0.15,
    /** How near it is to where the user is. */
    near: 0.3,
    /** Best score of a file with the same name but for its ending or "test"; of one that imports it; of one it imports. */
    siblings: 0.1,
    importers: 0.08,
    imports: 0.05,
  },
};

/** For pieces of a few lines without a path: length counts in full against them, and chunks and neighbours say nothing new. */
export const SNIPPETS: Profile = {
  k1: 1.6,
  b: 1,
  weights: {
    ...FILES.weights,
    ...{ chunks: 0, name: 0, scope: 0, pairs: 0.3, definitions: 0.15, coverage: 0.5 },
    ...{ history: 0, recency: 0, near: 0, siblings: 0, importers: 0, imports: 0 },
  },
};
