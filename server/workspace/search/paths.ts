/** What a file is by its path, as far as a question about code cares. */
export type FileKind = "code" | "test" | "docs" | "settings" | "generated";

/**
 * How likely a file of each kind is what a question means: tests and documentation repeat the words of what they are
 * about, generated files everybody's. 1 when the question asks for the kind.
 */
export const PRIOR: Readonly<Record<FileKind, number>> = {
  code: 1,
  test: 0.95,
  docs: 0.45,
  settings: 0.65,
  generated: 0.45,
};

export function kindOf(label: string): FileKind {
  if (GENERATED.test(label)) return "generated";
  if (TEST.test(label)) return "test";
  if (DOCS.test(label)) return "docs";
  return SETTINGS.test(label) ? "settings" : "code";
}

/** Words of a question that ask for a kind of file; as stems. */
export const ASKS_FOR: Readonly<Record<FileKind, RegExp>> = {
  code: /(?!)/,
  test: /^(test|spec|fixtur|mock|fake|stub|exampl|snapshot|bench)/,
  docs: /^(doc|docs|document|readm|changelog|guid|manual|tutorial|comment|typo|websit|news)$/,
  settings:
    /^(config|configur|set|settings|workflow|ci|action|dep|depend|packag|dockerfil|makefil|build|lint|yaml|json|toml)$/,
  generated: /^(lock|lockfil|generat|vendor|snapshot|dist|bundl)$/,
};

/** A file's name without folders and without its extension. */
export function bareName(label: string): string {
  return label.slice(label.lastIndexOf("/") + 1).replace(/(?<=.)\.[^.]*$/, "");
}

/** What a file and its header, its test or its styles have in common: "parser" of src/parser.ts and test/parser.test.ts. */
export function stemOf(label: string): string {
  return bareName(label)
    .replace(/[._-](test|tests|spec|stories|private|internal|unit|bench|module|d)$/i, "")
    .replace(/^(test|tst|unit)_|^_+/, "")
    .replace(/(Test|Tests|Spec)$/, "")
    .toLowerCase();
}

const TEST =
  /(^|\/)(tests?|__tests__|specs?|e2e|fixtures?|__fixtures__|mocks?|__mocks__|fakes|testdata|examples?|samples?|bench(marks?)?|playgrounds?)\/|[._-](test|tests|spec|stories|bench)\.[^/]+$|(^|\/)(test|tst)_[^/]+$|(Test|Tests|Spec)\.[a-z]+$/;
const DOCS =
  /(^|\/)(docs?|documentation|website|man)\/|\.(md|mdx|rst|txt|adoc|texi|html?|[1-9]|pod|tex)$|(^|\/)(readme|news|changes|changelog|history|todo|authors|thanks|copying|license|install|release)[^/]*$/i;
const SETTINGS =
  /\.(json|jsonc|ya?ml|toml|xml|cfg|ini|conf|cmake|m4|am|ac|build|pro|mk|plist|csv|tsv|po|pot|ui|svg)$|(^|\/)(makefile|cmakelists\.txt|dockerfile)[^/]*$/i;
const GENERATED =
  /(^|\/)(package-lock\.json|yarn\.lock|pnpm-lock\.yaml|npm-shrinkwrap\.json|[^/]*\.lock|go\.sum|configure|aclocal\.m4|config\.(guess|sub)|ltmain\.sh|[^/]*\.in)$|(^|\/)(__snapshots__|generated|__generated__|gen|vendor|third_party|3rdparty|dist|build|out|node_modules)\/|\.snap$|[._-](min|generated|gen|pb|g)\.[^/]+$|_pb2(_grpc)?\.py$/i;
