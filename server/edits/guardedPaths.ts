/** A kind of file that is approved by itself, and why. */
interface Guard {
  readonly names: RegExp;
  readonly why: string;
}

/** Seen from the folder, in lower case, with forward slashes. The first that matches counts. */
const GUARDS: readonly Guard[] = [
  {
    names:
      /(^|\/)(\.vscode|\.vscode-server|\.idea|\.fleet|\.zed|\.devcontainer)\/|\.code-workspace$|(^|\/)\.devcontainer\.json$/,
    why: "It changes how the editor works in this folder, and may run programs when it is opened.",
  },
  {
    names:
      /(^|\/)(\.husky|\.githooks|hooks)\/|(^|\/)\.?lefthook(-local)?\.(ya?ml|json|toml)$|(^|\/)\.pre-commit-(config|hooks)\.ya?ml$/,
    why: "It is run by git, at the next commit for instance.",
  },
  {
    names: /(^|\/)(\.gitattributes|\.gitmodules|\.gitconfig|\.mailmap)$/,
    why: "It changes what git does here.",
  },
  {
    names:
      /(^|\/)(\.github|\.gitlab|\.circleci|\.buildkite|\.teamcity|\.azure-pipelines|\.forgejo|\.gitea)\/|(^|\/)(\.gitlab-ci|azure-pipelines|bitbucket-pipelines|appveyor|\.travis|\.drone|cloudbuild|buildspec)\.ya?ml$|(^|\/)jenkinsfile/,
    why: "It is run by the build server, often with its keys.",
  },
  {
    names:
      /(^|\/)(package\.json|deno\.jsonc?|composer\.json|pyproject\.toml|setup\.(py|cfg)|build\.rs|gemfile|rakefile|.*\.gemspec|build\.gradle(\.kts)?|settings\.gradle(\.kts)?|pom\.xml|.*\.(csproj|fsproj|vbproj|props|targets|sln)|cmakelists\.txt|configure(\.ac)?|meson\.build|build\.zig|mix\.exs|package\.swift|build\.sbt)$/,
    why: "What stands in it is run when the project is installed or built.",
  },
  {
    names:
      /(^|\/)((gnu)?makefile(\..*)?|justfile|\.justfile|taskfile\.ya?ml|dockerfile(\..*)?|.*\.dockerfile|(docker-)?compose(\..*)?\.ya?ml|vagrantfile|procfile|tiltfile|skaffold\.ya?ml|noxfile\.py|tox\.ini|tasks\.py|fabfile\.py|gulpfile\..*|gruntfile\..*)$|\.mk$/,
    why: "What stands in it is run by the project's tools.",
  },
  {
    names:
      /(^|\/)(\.?[\w-]+\.config\.(js|cjs|mjs|ts|cts|mts)|\.[\w-]+rc(\.(js|cjs|mjs|ts|cts|mts|json|ya?ml|toml))?|conftest\.py|sitecustomize\.py|usercustomize\.py|\.pnp\.c?js|\.pnpmfile\.c?js|karma\.conf\.js)$/,
    why: "It is configuration that a tool reads or runs when the project is worked on.",
  },
  {
    names: /\.(sh|bash|zsh|fish|ksh|csh|ps1|psm1|psd1|bat|cmd|vbs|wsf|command|desktop|reg|scpt|applescript)$/,
    why: "It is a script that somebody may run.",
  },
  {
    names:
      /(^|\/)(\.envrc|\.profile|\.bash_profile|\.bash_login|\.bash_logout|\.zshenv|\.zprofile|\.zlogin|\.inputrc|\.gdbinit|\.lldbinit|\.tool-versions|\.mise\.toml|mise\.toml|\.yarnrc\.ya?ml|\.nvmrc|\.cargo\/config(\.toml)?|\.bazelrc|\.condarc|pip\.conf|flake\.nix|shell\.nix|default\.nix)$|(^|\/)\.(yarn|cargo|direnv)\//,
    why: "A shell or a tool reads it as soon as somebody works in this folder.",
  },
  {
    names:
      /(^|\/)(agents\.md|claude\.md|gemini\.md|\.cursorrules|\.windsurfrules|\.clinerules|\.aider\.conf\.ya?ml|copilot-instructions\.md|mcp\.json|\.mcp\.json)$|(^|\/)\.(rubberduck|cursor|claude|continue|clinerules|windsurf|roo|aider|gemini|codex)(\/|$)/,
    why: "It tells assistants how to behave in this folder.",
  },
];

/** Why a file, seen from its folder, is approved by itself; undefined when it is a file like others. */
export function guardOf(relative: string): string | undefined {
  const name = relative.normalize("NFKC").toLowerCase();
  return GUARDS.find(({ names }) => names.test(name))?.why;
}
