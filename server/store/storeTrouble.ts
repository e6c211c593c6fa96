import type { StoreRemedy, StoreStatus } from "../protocol/store.ts";
import { causeOf } from "../util/errors.ts";
import { errnoOf } from "./fileSystem.ts";
import { FORMAT_VERSION, type FormatVersion } from "./storeVersion.ts";

/** Why a store is not simply open: cause, path, and what to do. */
export interface Trouble {
  readonly state: Extract<StoreStatus["state"], "locked" | "readOnly" | "unavailable">;
  readonly message: string;
  readonly remedies: readonly StoreRemedy[];
}

export function isUnsupported({ major }: FormatVersion): boolean {
  return major > FORMAT_VERSION.major;
}

/** @param keyFile where a key file would be, if the store has one. */
export function keyMissing(path: string, keyFile: string | undefined): Trouble {
  const remedy = keyFile === undefined ? "" : `, or put the key file back as ${keyFile}`;
  return locked(
    `The store in ${path} is encrypted, and its key is not here: a new profile has none, and a secret storage can lose its own. Enter the recovery code${remedy}.`,
    ["recoveryCode", "newStore"],
  );
}

export function keyLate(path: string): Trouble {
  return locked(
    `The key of the store in ${path} has not come yet: the editor waits for the system's keyring. Answer its question, if there is one.`,
    ["recoveryCode"],
  );
}

export function keyFileDamaged(path: string, keyFile: string): Trouble {
  return locked(
    `The store in ${path} is encrypted, and the file with its key, ${keyFile}, is damaged. Put back a copy of that file, or enter the recovery code.`,
    ["recoveryCode", "newStore"],
  );
}

export function slotDamaged(path: string): Trouble {
  return locked(
    `The key of the store in ${path} is here, but the part of the keyring that it opens is damaged. Enter the recovery code, or put back a copy of keyring-….json.`,
    ["recoveryCode", "newStore"],
  );
}

export function keyringMissing(path: string): Trouble {
  return locked(
    `The store in ${path} holds conversations, but keyring-….json, without which nobody can read them, is not there. Put it back from a copy of that folder.`,
    ["newStore"],
  );
}

export function keyringDamaged(path: string, files: readonly string[]): Trouble {
  return locked(
    `The keyring of the store in ${path} is damaged; it was kept as ${files.join(" and ")}. Put back an undamaged keyring-….json from a copy of that folder.`,
    ["newStore"],
  );
}

export function keyringForeign(path: string): Trouble {
  return locked(
    `In ${path} stand files of two stores: store.json and keyring-….json do not belong together. Put back the ones that do, from a copy of that folder.`,
    ["newStore"],
  );
}

export function isNewer(path: string, { major, minor }: FormatVersion): Trouble {
  return {
    state: "readOnly",
    message: `The store in ${path} was written by a newer RubberDuck (format ${major}.${minor}; this one writes ${FORMAT_VERSION.major}.${FORMAT_VERSION.minor}), so nothing in it is changed. Update RubberDuck to go on there.`,
    remedies: ["newStore"],
  };
}

export function newerLocked(path: string, version: FormatVersion): Trouble {
  return { ...isNewer(path, version), state: "locked" };
}

export function otherUser(path: string): Trouble {
  return unavailable(
    `The store's folder ${path} belongs to another user. Set rubberduck.store.path to a folder of your own.`,
  );
}

export function unwritable(path: string, error: unknown): Trouble {
  return {
    state: "readOnly",
    message: `The store in ${path} can be read but not written: ${causeOf(error)}. Make that folder writable, or set rubberduck.store.path to another.`,
    remedies: [],
  };
}

export function unusable(path: string, error: unknown): Trouble {
  return unavailable(`The store in ${path} cannot be used: ${causeOf(error)}. ${remedyFor(errnoOf(error))}`);
}

export function keyInFile(path: string, keyFile: string): string {
  return `The key of the store in ${path} is kept in a file, because there is no secret storage here: ${keyFile}. Whoever can read both can read your conversations.`;
}

export function onNetworkDrive(path: string): string {
  return `The store in ${path} is on a network drive, where writing may be slow or get lost. Set rubberduck.store.path to a folder on this computer.`;
}

function remedyFor(errno: string | undefined): string {
  switch (errno) {
    case "ENOTDIR":
    case "EEXIST":
      return "That is a file, or lies within one. Set rubberduck.store.path to a folder.";
    case "EACCES":
    case "EPERM":
      return "Give yourself the rights to that folder, or set rubberduck.store.path to another.";
    case "ENOSPC":
    case "EDQUOT":
      return "Free some space on that disk.";
    case "EROFS":
      return "That disk is read-only. Set rubberduck.store.path to a folder on another.";
    default:
      return "If it is on a drive that is not connected, connect it; else set rubberduck.store.path to another folder.";
  }
}

function locked(message: string, remedies: readonly StoreRemedy[]): Trouble {
  return { state: "locked", message, remedies };
}

function unavailable(message: string): Trouble {
  return { state: "unavailable", message, remedies: [] };
}
