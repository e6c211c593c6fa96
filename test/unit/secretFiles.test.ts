import assert from "node:assert/strict";
import { test } from "node:test";
import { isSecretFile } from "../../server/workspace/secretFiles.ts";

const SECRET = `
.env .env.local .env.production .ENV .envrc config/.env .env.bak .env.example.local prod.env
server.pem tls/server.key a.p12 a.PFX a.p8 release.keystore debug.jks vault.kdbx putty.ppk server.key.bak
id_rsa id_rsa_work ID_ED25519 id_ecdsa .netrc _netrc .netrc~ .npmrc packages/a/.npmrc .pypirc .pgpass .git-credentials .htpasswd
credentials .aws/credentials .aws/config .ssh/config .ssh/known_hosts .gnupg/trustdb.gpg .kube/config .docker/config.json
credentials.json secrets.yml secrets.yaml secrets.json secrets.toml config/secrets.yml .secrets app.secrets.json secret.json
service-account.json service-account-prod.json service_account.json serviceAccountKey.json my-service-account.json
client_secret_123.apps.googleusercontent.com.json kubeconfig kubeconfig.yaml prod.kubeconfig
terraform.tfstate terraform.tfstate.backup prod.tfvars prod.auto.tfvars.json .terraformrc .bash_history .m2/settings.xml
.composer/auth.json .config/gh/hosts.yml .vscode/sftp.json sftp-config.json .ftpconfig rclone.conf .Renviron ssh_host_rsa_key
app-firebase-adminsdk-x1.json .cargo/credentials.toml .gem/credentials .env.keys .env.vault secrets.tfvars
`;
const FINE = `
.env.example .env.sample .env.template .env.local.example example.env env.ts environment.ts env.d.ts
index.ts README.md package.json key.ts keys.ts src/keyring.ts publicKey.ts secrets.ts secretFiles.ts credentials.ts
src/credentials/index.ts docs/secrets.md tokenizer.ts password.ts passwordField.tsx main.tf variables.tf tfvars.md
serviceAccount.ts config.json settings.xml history.ts pem.ts .gitignore .editorconfig .prettierrc monkey hotkeys.json
auth.json hosts.yml sftp.ts tokens.json token.ts ssh_host.ts wp-config.php docker-compose.yml src/gh/hosts.ts
`;

test("files that usually hold keys or passwords are secret, in any case and with either slash", () => {
  for (const name of SECRET.split(/\s+/).filter(Boolean)) {
    assert.equal(isSecretFile(name), true, name);
    assert.equal(isSecretFile(`/home/me/project/${name}`), true, name);
    assert.equal(isSecretFile(`C:\\project\\${name.replaceAll("/", "\\").toUpperCase()}`), true, name);
  }
});

test("files that only sound like secrets are not", () => {
  for (const name of FINE.split(/\s+/).filter(Boolean)) {
    assert.equal(isSecretFile(name), false, name);
    assert.equal(isSecretFile(`/home/me/project/${name}`), false, name);
  }
});

test("names that Windows opens as another one count as that one", () => {
  for (const name of [".env.", ".env ", "id_rsa::$DATA", "server.key. ."]) assert.equal(isSecretFile(name), true, name);
});

test("a folder named like a secret file denies nothing, a folder of a key store everything", () => {
  assert.equal(isSecretFile("/work/credentials/src/index.ts"), false);
  assert.equal(isSecretFile("/work/secrets.json/index.ts"), false);
  assert.equal(isSecretFile("/home/me/.ssh/notes.md"), true);
});
