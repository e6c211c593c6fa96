/** A chunk that matches, before its text is read. */
export interface Candidate {
  /** Real path. */
  readonly path: string;
  readonly label: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly score: number;
}

/** One file that answers all of it should not hide the others. */
const HITS_PER_FILE = 3;

/** The best chunks, at most three of a file and none that overlap; always in the same order. */
export function best(candidates: readonly Candidate[], limit: number): Candidate[] {
  const taken = new Map<string, Candidate[]>();
  const hits: Candidate[] = [];
  for (const candidate of [...candidates].sort(byScoreThenPlace)) {
    if (hits.length >= limit) break;
    const ofFile = taken.get(candidate.path) ?? [];
    if (ofFile.length >= HITS_PER_FILE || ofFile.some((other) => overlap(other, candidate))) continue;
    taken.set(candidate.path, [...ofFile, candidate]);
    hits.push(candidate);
  }
  return hits;
}

/**
 * How likely a file is what a question about the code means, by its path: tests and examples repeat the words of what
 * they are about, generated files and locks repeat everybody's.
 */
export function priorOf(label: string): number {
  if (GENERATED.test(label)) return 0.4;
  return TEST.test(label) ? TEST_PRIOR : 1;
}

/** For a query that asks about tests, which then are no worse than other files. */
export function asksForTests(terms: Iterable<string>): boolean {
  for (const term of terms) if (/^(test|spec|fixtur|mock|fake|stub|exampl|snapshot)/.test(term)) return true;
  return false;
}

export const TEST_PRIOR = 0.75;

const TEST =
  /(^|\/)(tests?|__tests__|specs?|e2e|fixtures?|__fixtures__|mocks?|__mocks__|fakes|testdata|examples?|samples?|bench(marks?)?)\/|[._-](test|tests|spec|stories|bench)\.[^/]+$|(^|\/)test_[^/]+$|(Test|Tests|Spec)\.[a-z]+$/;
const GENERATED =
  /(^|\/)(package-lock\.json|yarn\.lock|pnpm-lock\.yaml|npm-shrinkwrap\.json|[^/]*\.lock|go\.sum|changelog[^/]*)$|(^|\/)(__snapshots__|generated|__generated__|gen|vendor|third_party|dist|build|out)\/|\.snap$|[._-](min|generated|gen|pb|g)\.[^/]+$|_pb2(_grpc)?\.py$/i;

function byScoreThenPlace(a: Candidate, b: Candidate): number {
  return b.score - a.score || compare(a.label, b.label) || compare(a.path, b.path) || a.startLine - b.startLine;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function overlap(a: Candidate, b: Candidate): boolean {
  return a.startLine <= b.endLine && b.startLine <= a.endLine;
}
