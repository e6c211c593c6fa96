/**
 * Whether a file is denied to the index, the context and attachments because of its name: it usually holds keys or
 * passwords. Asks by name only, absolute or relative, with either slash; whoever opens the file resolves symlinks first
 * and asks about the real path.
 *
 * The names are those of the tools that write them, and of GitHub's .gitignore templates and gitleaks' path rules.
 */
export function isSecretFile(path: string): boolean {
  const segments = path.toLowerCase().split(/[\\/]+/);
  const name = withoutBackupSuffix(asOpened(segments.pop() ?? ""));
  if (segments.some((folder) => SECRET_FOLDERS.has(asOpened(folder)))) return true;
  if (SECRET_PATH.test(`${segments.at(-1) ?? ""}/${name}`)) return true;
  if (SAMPLE.test(name)) return false;
  return SECRET_NAMES.has(name) || SECRET_PATTERNS.some((pattern) => pattern.test(name));
}

const SECRET_FOLDERS = new Set([".ssh", ".gnupg", ".aws", ".azure", ".kube", ".password-store"]);

/** Of a repository, also a bare one (`mirror.git/config`): the addresses of its remotes, often with a password. */
const SECRET_PATH =
  /^([^/]*\.git\/(config(\.worktree)?|fetch_head)|\.hg\/hgrc|\.docker\/config\.json|gcloud\/(access_tokens|credentials)\.db|\.m2\/settings\.xml|\.?composer\/auth\.json|gh\/hosts\.ya?ml|\.vscode\/sftp\.json)$/;

/** What projects hand out so that others know which variables to set. */
const SAMPLE = /^(\.env([._-].+)?[._-](example|sample|template)|(example|sample|template)\.env)$/;

const SECRET_NAMES = new Set([
  ".netrc",
  "_netrc",
  ".npmrc",
  ".pypirc",
  ".pgpass",
  "pgpass.conf",
  ".my.cnf",
  ".mylogin.cnf",
  ".git-credentials",
  ".htpasswd",
  ".dockercfg",
  ".dockerconfigjson",
  ".s3cfg",
  ".boto",
  ".vault-token",
  ".vault_pass",
  ".terraformrc",
  "terraform.rc",
  "credentials.tfrc.json",
  "local.settings.json",
  "application_default_credentials.json",
  "rclone.conf",
  ".rclone.conf",
  ".renviron",
  ".ftpconfig",
  "sftp-config.json",
]);

const DATA = "(json|ya?ml|toml|ini|xml|properties|cfg|conf|csv|txt|db|plist)";

const SECRET_PATTERNS = [
  /^\.env/,
  /\.env$/,
  /\.(pem|key|p8|p12|pfx|ppk|jks|jceks|keystore|bks|kdbx?|agekey|ovpn)$/,
  /^id_(rsa|dsa|ecdsa|ed25519)/,
  /^ssh_host_.*_key$/,
  new RegExp(`^\\.?(credentials?|secrets?|passwords?)(\\.${DATA})?$`),
  new RegExp(`[._-](credentials?|secrets)\\.${DATA}$`),
  /^client_secret.*\.json$/,
  /firebase-adminsdk.*\.json$/,
  /^(.*[._-])?service[-_]?account.*\.json$/,
  /^kubeconfig|[._-]?kubeconfig(\.ya?ml)?$/,
  /\.tfstate(\.|$)/,
  /\.tfvars(\.json)?$/,
  /^\..*_history$/,
];

/** Windows drops trailing dots and spaces and reads `name::$DATA` as `name`. */
function asOpened(name: string): string {
  return name.replace(/::\$data$/, "").replace(/[. ]+$/, "");
}

/** A copy of a secret is one: `server.key.bak`, `.netrc~`, `.credentials.swp`. */
function withoutBackupSuffix(name: string): string {
  return name.replace(/(\.(bak|backup|old|orig|save|swp|tmp|copy)|~)+$/, "");
}
