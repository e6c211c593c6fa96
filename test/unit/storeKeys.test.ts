import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, beforeEach, test } from "node:test";
import type { OsSecret } from "../../server/protocol/store.ts";
import { formatKeyring, type Keyring, parseKeyring } from "../../server/store/keyring.ts";
import { nodeFileSystem } from "../../server/store/nodeFileSystem.ts";
import type { Place } from "../../server/store/place.ts";
import { Store, type StoreOptions } from "../../server/store/store.ts";
import { formatStoreFile, parseStoreFile } from "../../server/store/storeVersion.ts";
import { silentLog } from "../../server/util/log.ts";

/**
 * Lost, wrong, damaged, moved and late keys. Of each it is asked that nothing in the store is lost or changed, that nothing
 * of it can be read without the key, and that a wrong key is not called damage.
 */

let points = 0;
after(() => {
  console.log(`points: ${points}`);
  assert(points >= 24);
});

let root: string;
let path: string;
const PROFILE = secret();
const LOCAL: Place = { isNetworkDrive: async () => false, isAnothers: async () => false };

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "rubberduck-keys-"));
  path = join(root, "store");
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

test("a new store opens again with the same secret, and gives the same keys", async () => {
  const first = await open();
  assert.equal(first.status.state, "open");
  assert.equal(first.status.isNew, true);
  const again = await open();
  assert.equal(again.status.state, "open");
  assert.equal(again.status.isNew, false);
  assert.deepEqual(derived(again), derived(first));
  points++;
});

test("lost: a fresh profile finds the store locked, and its recovery code unlocks it for good", async () => {
  const code = (await filled()).recoveryCode();
  const fresh = secret();
  const store = await untouched(() => open({ osSecret: fresh }));
  assert.equal(store.status.state, "locked");
  assert.deepEqual(store.status.remedies, ["recoveryCode", "newStore"]);
  assert.throws(() => store.keys(), { code: "storeLocked" });
  assert.throws(() => store.recoveryCode(), { code: "storeLocked" });
  const unlocked = await store.unlock({ kind: "recoveryCode", code });
  assert.equal(unlocked.state, "open");
  assert.equal(await stateOf({ osSecret: fresh }), "open");
  assert.equal(await stateOf({ osSecret: PROFILE }), "open", "the first profile's slot is still there");
  points++;
});

test("lost: with no secret storage and no key file it is locked, and no new key file is made", async () => {
  await filled();
  const store = await untouched(() => open({ osSecret: undefined }));
  assert.equal(store.status.state, "locked");
  assert.match(store.status.message ?? "", new RegExp(`${path}.*Enter the recovery code\\.$`));
  await assert.rejects(readdir(join(root, "keys")));
  points++;
});

test("wrong: a recovery code of another store is refused as such, and nothing is changed", async () => {
  await filled();
  const other = (await open({ path: join(root, "other") })).recoveryCode();
  const store = await open({ osSecret: secret() });
  await untouched(async () => {
    await assert.rejects(store.unlock({ kind: "recoveryCode", code: other }), {
      code: "wrongKey",
      message: /another store/,
    });
    return store;
  });
  points++;
});

test("wrong: a slip in the code is told from a wrong code; case, spaces, dashes, O and I do not matter", async () => {
  const code = (await filled()).recoveryCode();
  const store = await open({ osSecret: secret() });
  const slipped = code.replace(/^./, (letter) => (letter === "A" ? "B" : "A"));
  for (const typed of [slipped, code.slice(1), `${code}A`, "", "hello", code.replace(/.$/, "!")]) {
    await assert.rejects(store.unlock({ kind: "recoveryCode", code: typed }), {
      code: "wrongKey",
      message: /nine groups/,
    });
    points++;
  }
  const sloppy = ` ${code.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "i")} `;
  assert.equal((await store.unlock({ kind: "recoveryCode", code: sloppy })).state, "open");
  points++;
});

test("wrong: a root key that somebody hands over and that is another store's is not taken", async () => {
  await filled();
  const store = await untouched(() => open({ osSecret: secret(), borrowKey: async () => randomBytes(32) }));
  assert.equal(store.status.state, "locked");
  assert.doesNotMatch(store.status.message ?? "", /damage/);
  points++;
});

test("borrowed: another process that has the store open hands its key over, and a slot is made for the next start", async () => {
  const owner = await filled();
  const fresh = secret();
  const store = await open({ osSecret: fresh, borrowKey: async () => owner.rootKey() });
  assert.equal(store.status.state, "open");
  assert.deepEqual(derived(store), derived(owner));
  assert.equal(await stateOf({ osSecret: fresh }), "open");
  points++;
});

test("borrowed: whoever is not to keep a key has none at the next start", async () => {
  const owner = await filled();
  const options = { osSecret: undefined, keepsKey: false };
  assert.equal(await stateOf({ ...options, borrowKey: async () => owner.rootKey() }), "open");
  assert.equal(await stateOf(options), "locked");
  points++;
});

test("damaged: one copy of the keyring may be flipped anywhere; it is kept aside, and the other copy opens the store", async () => {
  const before = derived(await filled());
  const [newest = ""] = (await keyrings()).slice(-1);
  const whole = await readFile(join(path, newest));
  for (let bit = 0; bit < whole.length * 8; bit += 397) {
    const flipped = Buffer.from(whole);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    await rm(path, { recursive: true, force: true });
    await filledFrom(whole, flipped);
    const store = await open();
    assert.equal(store.status.state, "open", `bit ${bit}`);
    assert.deepEqual(derived(store), before);
    const isKept = (await readdir(join(path, "quarantine"))).length === 1;
    assert.ok(isKept, `the damaged copy is kept, bit ${bit}`);
    assert.equal((await keyrings()).length, 2, "there are two good copies again");
  }
  points++;
});

test("damaged: without any readable copy the store is locked, says damage, keeps the copies and makes no new key", async () => {
  await filled();
  for (const name of await keyrings()) await writeFile(join(path, name), "{");
  const store = await open();
  assert.equal(store.status.state, "locked");
  assert.match(store.status.message ?? "", /damaged.*quarantine/);
  assert.deepEqual(store.status.remedies, ["newStore"]);
  assert.deepEqual(await keyrings(), []);
  assert.equal((await readdir(join(path, "quarantine"))).length, 2);
  assert.equal(await stateOf({}), "locked", "at the next start, too");
  points++;
});

test("damaged: a slot whose wrapped key is broken is called damage, and the recovery code still opens the store", async () => {
  const code = (await filled()).recoveryCode();
  await changeKeyrings((keyring) => {
    for (const slot of keyring.slots) if (slot.kind === "os") slot.wrapped = randomBytes(48).toString("base64");
  });
  const store = await open();
  assert.equal(store.status.state, "locked");
  assert.match(store.status.message ?? "", /damaged/);
  assert.equal((await store.unlock({ kind: "recoveryCode", code })).state, "open");
  assert.equal(await stateOf({}), "open", "a new slot was made for this profile");
  points++;
});

test("damaged: store.json that cannot be read, or is gone, is written anew from the keyring", async () => {
  const before = derived(await filled());
  for (const mishap of [
    "{",
    "",
    JSON.stringify({ storeId: "0".repeat(32), formatVersion: { major: 9, minor: 0 } }),
    undefined,
  ]) {
    const file = join(path, "store.json");
    await (mishap === undefined ? rm(file) : writeFile(file, mishap));
    const store = await open();
    assert.equal(store.status.state, "open");
    assert.deepEqual(derived(store), before);
    points++;
  }
});

test("damaged: a key file that is broken is said to be; put right while the server runs, it unlocks", async () => {
  await filled({ osSecret: undefined });
  const [name = ""] = await readdir(join(root, "keys"));
  const keyFile = join(root, "keys", name);
  const whole = await readFile(keyFile);
  await writeFile(keyFile, whole.subarray(0, 20));
  const store = await untouched(() => open({ osSecret: undefined }));
  assert.match(store.status.message ?? "", /\.key, is damaged/);
  await writeFile(keyFile, whole);
  assert.equal((await store.lookAgain()).state, "open");
  points++;
});

test("damaged: unlocked by the code in place of a broken key file, there is a good one, and the broken one is kept", async () => {
  const code = (await filled({ osSecret: undefined })).recoveryCode();
  const [name = ""] = await readdir(join(root, "keys"));
  await writeFile(join(root, "keys", name), "broken");
  await (await open({ osSecret: undefined })).unlock({ kind: "recoveryCode", code });
  assert.equal(await stateOf({ osSecret: undefined }), "open");
  assert.ok((await readdir(join(root, "keys"))).some((other) => other.endsWith(".damaged")));
  points++;
});

test("moved: the store's folder in another place opens there", async () => {
  const before = derived(await filled());
  await rename(path, join(root, "elsewhere"));
  const store = await open({ path: join(root, "elsewhere") });
  assert.deepEqual(derived(store), before);
  points++;
});

test("moved: conversations without their keyring are locked; the keyring put back unlocks them", async () => {
  await filled();
  const names = await keyrings();
  for (const name of names) await rename(join(path, name), join(root, name));
  const store = await untouched(() => open());
  assert.equal(store.status.state, "locked");
  assert.match(store.status.message ?? "", /is not there/);
  for (const name of names) await rename(join(root, name), join(path, name));
  assert.equal((await store.lookAgain()).state, "open");
  points++;
});

test("moved: another store's keyring is not taken for this one's", async () => {
  await filled();
  const other = join(root, "other");
  await filled({ path: other });
  for (const name of await keyrings()) await writeFile(join(path, name), await readFile(join(other, name)));
  const store = await untouched(() => open());
  assert.equal(store.status.state, "locked");
  assert.match(store.status.message ?? "", /do not belong together/);
  assert.doesNotMatch(store.status.message ?? "", /damaged/);
  points++;
});

test("late: while the editor still asks for the secret nothing is created; when it comes, the store is", async () => {
  const store = await open({ osSecret: "late" });
  assert.equal(store.status.state, "locked");
  await assert.rejects(readdir(path));
  assert.equal((await store.unlock({ kind: "osSecret", ...PROFILE })).state, "open");
  assert.equal(await stateOf({}), "open");
  points++;
});

test("late: the secret of an existing store unlocks it; a wrong one does not, and is not called damage", async () => {
  await filled();
  const store = await untouched(() => open({ osSecret: "late" }));
  assert.match(store.status.message ?? "", /has not come yet/);
  const wrong = await store.unlock({ kind: "osSecret", ...secret() });
  assert.equal(wrong.state, "locked");
  assert.doesNotMatch(wrong.message ?? "", /damage/);
  assert.equal((await store.unlock({ kind: "osSecret", ...PROFILE })).state, "open");
  points++;
});

test("late: whoever waits for the key has it the moment another profile's window unlocked the store", async () => {
  const code = (await filled()).recoveryCode();
  const fresh = secret();
  const waiting = await open({ osSecret: fresh });
  const keys = waiting.whenUnlocked();
  const other = await open({ osSecret: fresh });
  await other.unlock({ kind: "recoveryCode", code });
  await waiting.lookAgain();
  assert.equal((await keys).storeId, other.keys().storeId);
  points++;
});

test("processes that start at the same moment agree on one key", async () => {
  for (let round = 0; round < 10; round++) {
    const at = join(root, `round-${round}`);
    const stores = await Promise.all([1, 2, 3, 4].map(() => open({ path: at })));
    for (const store of stores) {
      assert.equal(store.status.state, "open");
      assert.deepEqual(derived(store), derived(stores[0] as Store));
    }
  }
  points++;
});

test("profiles that unlock at the same moment each get their slot", async () => {
  const code = (await filled()).recoveryCode();
  const profiles = [1, 2, 3, 4].map(secret);
  const stores = await Promise.all(profiles.map((osSecret) => open({ osSecret })));
  await Promise.all(stores.map((store) => store.unlock({ kind: "recoveryCode", code })));
  for (const osSecret of profiles) assert.equal(await stateOf({ osSecret }), "open");
  points++;
});

test("no more than 32 profiles are kept; who drops out asks for the code again", async () => {
  const owner = await filled();
  for (let profile = 0; profile < 32; profile++) {
    assert.equal(await stateOf({ osSecret: secret(), borrowKey: async () => owner.rootKey() }), "open");
  }
  const dropped = await open();
  assert.equal(dropped.status.state, "locked");
  assert.equal((await dropped.unlock({ kind: "recoveryCode", code: owner.recoveryCode() })).state, "open");
  points++;
});

test("without a secret storage a new store's key is in a file of the user alone, outside the store, and that is said", async () => {
  const store = await filled({ osSecret: undefined });
  const [name = ""] = await readdir(join(root, "keys"));
  assert.ok(store.status.warnings.some((warning) => warning.includes(join(root, "keys", name))));
  assert.equal(await stateOf({ osSecret: undefined }), "open");
  points++;
});

test("until the secret storage has shown that it lasts, a key file stands by; then it goes", async () => {
  const first = { ...PROFILE, lasts: false };
  const store = await filled({ osSecret: first });
  assert.deepEqual(store.status.warnings, []);
  assert.equal((await readdir(join(root, "keys"))).length, 1);
  assert.equal(await stateOf({ osSecret: first }), "open", "the server may start again meanwhile");
  assert.equal((await readdir(join(root, "keys"))).length, 1);
  assert.equal(await stateOf({ osSecret: PROFILE }), "open");
  assert.deepEqual(await readdir(join(root, "keys")), []);
  assert.equal(await stateOf({ osSecret: undefined }), "locked");
  points++;
});

test("a secret storage that forgets at the end of the editor does not lock its store: the key stays in the file, and that is said", async () => {
  const forgetful = () => ({ ...secret(), lasts: false });
  const before = derived(await filled({ osSecret: forgetful() }));
  for (let start = 0; start < 3; start++) {
    const store = await open({ osSecret: forgetful() });
    assert.deepEqual(derived(store), before);
    assert.match(store.status.warnings.join(" "), /is kept in a file/);
  }
  points++;
});

test("a profile whose storage lasts does not take away the key file of one whose storage does not", async () => {
  const store = await filled({ osSecret: { ...secret(), lasts: false } });
  const other = secret();
  assert.equal(await stateOf({ osSecret: other, borrowKey: async () => store.rootKey() }), "open");
  assert.equal(await stateOf({ osSecret: other }), "open");
  assert.equal(await stateOf({ osSecret: { ...secret(), lasts: false } }), "open", "by the file");
  points++;
});

test("unlocked by the code in a profile that is not known to last: the file stands by there, too", async () => {
  const code = (await filled()).recoveryCode();
  const forgetful = await open({ osSecret: { ...secret(), lasts: false } });
  await forgetful.unlock({ kind: "recoveryCode", code });
  assert.equal(await stateOf({ osSecret: { ...secret(), lasts: false } }), "open");
  points++;
});

test("a store of a newer major version is read and not written; nothing in it is changed", async () => {
  await filled();
  await changeVersion({ major: 2, minor: 0 });
  const store = await untouched(() => open());
  assert.equal(store.status.state, "readOnly");
  assert.match(store.status.message ?? "", /newer RubberDuck \(format 2\.0/);
  store.keys();
  const locked = await untouched(() => open({ osSecret: secret() }));
  assert.equal(locked.status.state, "locked");
  points++;
});

test("a keyring of a newer major version that cannot be understood is not called damage, nor moved", async () => {
  await filled();
  await changeVersion({ major: 2, minor: 0 });
  for (const name of await keyrings()) await writeFile(join(path, name), "another form");
  const store = await untouched(() => open());
  assert.equal(store.status.state, "locked");
  assert.match(store.status.message ?? "", /newer RubberDuck/);
  points++;
});

test("a newer minor version is read and written, and what it added to the keyring stays", async () => {
  const code = (await filled()).recoveryCode();
  await changeKeyrings((keyring) => Object.assign(keyring, { formatVersion: { major: 1, minor: 7 }, added: "later" }));
  const store = await open({ osSecret: secret() });
  assert.equal((await store.unlock({ kind: "recoveryCode", code })).state, "open");
  const [newest = ""] = (await keyrings()).slice(-1);
  assert.equal(JSON.parse(await readFile(join(path, newest), "utf8")).keyring.added, "later");
  points++;
});

test("a store that may not be written is read only, with path, cause and remedy", async (context) => {
  if (process.getuid?.() === 0) return context.skip("root may write everywhere");
  await filled();
  await chmod(path, 0o500);
  const store = await open();
  await chmod(path, 0o700);
  assert.equal(store.status.state, "readOnly");
  assert.match(store.status.message ?? "", /can be read but not written.*rubberduck\.store\.path/);
});

test("a path that is a file is unavailable, with what to do", async () => {
  await writeFile(path, "not a folder");
  const store = await open();
  assert.equal(store.status.state, "unavailable");
  assert.match(store.status.message ?? "", /rubberduck\.store\.path/);
  assert.equal(await readFile(path, "utf8"), "not a folder");
  points++;
});

test("another user's folder is left alone", async () => {
  await filled();
  const store = await untouched(() => open({ place: { ...LOCAL, isAnothers: async () => true } }));
  assert.equal(store.status.state, "unavailable");
  assert.match(store.status.message ?? "", /belongs to another user/);
  points++;
});

test("a network drive is warned of", async () => {
  const store = await open({ place: { ...LOCAL, isNetworkDrive: async () => true } });
  assert.equal(store.status.state, "open");
  assert.match(store.status.warnings.join(" "), /network drive/);
  points++;
});

test("a new store in place of a locked one leaves the old one beside it, unchanged, where its key still opens it", async () => {
  const before = derived(await filled());
  const contents = await everythingIn(path);
  const store = await open({ osSecret: secret() });
  const movedTo = await store.startAnew();
  assert.equal(store.status.state, "open");
  assert.equal(store.status.isNew, true);
  assert.notDeepEqual(derived(store), before);
  assert.deepEqual(await everythingIn(movedTo), contents);
  assert.deepEqual(derived(await open({ path: movedTo })), before);
  points++;
});

test("a locked store that goes away while the server runs is not replaced by a new one", async () => {
  await filled();
  const store = await open({ osSecret: secret() });
  await rename(path, join(root, "elsewhere"));
  assert.equal((await store.lookAgain()).state, "locked");
  await assert.rejects(readdir(path));
  await rename(join(root, "elsewhere"), path);
  points++;
});

test("an open store is not moved aside", async () => {
  const store = await filled();
  await assert.rejects(store.startAnew(), { code: "invalidRequest" });
  points++;
});

test("what the store writes about its keys gives none of them away", async () => {
  const store = await filled();
  const code = store.recoveryCode();
  const written = Object.values(await everythingIn(root)).join("\n");
  for (const word of [
    code,
    code.replaceAll("-", ""),
    PROFILE.secret,
    store.rootKey().toString("base64"),
    store.rootKey().toString("hex"),
  ]) {
    assert.ok(!written.includes(word));
  }
  points++;
});

function secret(): OsSecret {
  return { secret: randomBytes(32).toString("base64"), lasts: true };
}

async function open(options: Partial<StoreOptions> = {}): Promise<Store> {
  const store = new Store({
    path,
    fs: nodeFileSystem,
    keyFolder: join(root, "keys"),
    osSecret: PROFILE,
    keepsKey: true,
    place: LOCAL,
    logger: silentLog,
    ...options,
  });
  await store.opened();
  return store;
}

async function stateOf(options: Partial<StoreOptions>): Promise<string> {
  return (await open(options)).status.state;
}

/** With a conversation in it: what is in there does not matter to the keys. */
async function filled(options: Partial<StoreOptions> = {}): Promise<Store> {
  const store = await open(options);
  const folder = join(options.path ?? path, "workspace", "conversations", "c");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "00000001-000001.log"), randomBytes(64));
  return store;
}

/** A store of two copies of its keyring, the newer one damaged. */
async function filledFrom(whole: Buffer, damaged: Buffer): Promise<void> {
  await mkdir(join(path, "workspace", "conversations", "c"), { recursive: true });
  await writeFile(join(path, "workspace", "conversations", "c", "00000001-000001.log"), "x");
  await writeFile(join(path, "keyring-1.json"), whole);
  await writeFile(join(path, "keyring-2.json"), damaged);
}

function derived(store: Store): string {
  return store.keys().derive(Buffer.alloc(32), "a test").toString("hex");
}

async function keyrings(): Promise<string[]> {
  return (await readdir(path)).filter((name) => name.startsWith("keyring-")).sort();
}

/** Rewrites both copies, checksum and all. */
async function changeKeyrings(change: (keyring: Keyring) => void): Promise<void> {
  for (const name of await keyrings()) {
    const keyring = parseKeyring(await readFile(join(path, name)));
    assert.ok(keyring);
    change(keyring);
    await writeFile(join(path, name), formatKeyring(keyring));
  }
}

async function changeVersion(formatVersion: { major: number; minor: number }): Promise<void> {
  const file = parseStoreFile(await readFile(join(path, "store.json")));
  assert.ok(file);
  await writeFile(join(path, "store.json"), formatStoreFile({ ...file, formatVersion }));
}

/** Every file's bytes are the same after it as before, and none came or went. */
async function untouched(what: () => Promise<Store>): Promise<Store> {
  const before = await everythingIn(path);
  const store = await what();
  assert.deepEqual(await everythingIn(path), before);
  return store;
}

async function everythingIn(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = await Promise.all(
    files.map(async (file) => [file.slice(folder.length), await readFile(file, "latin1")]),
  );
  return Object.fromEntries(read);
}
