import {
  type Attachment,
  IMAGE_MEDIA_TYPES,
  type ImageMediaType,
  MAX_ATTACHED_CHARACTERS,
  MAX_IMAGE_CHARACTERS,
} from "../server/protocol/attachments.ts";

/** What was dropped or pasted, and can be attached. */
export interface Dropped {
  /** Files as they came, without a place. */
  readonly files: readonly File[];
  /** Addresses of files and folders, as the editor names them. */
  readonly uris: readonly string[];
}

export interface ReadDrop {
  readonly attachments: readonly Attachment[];
  /** Why the others cannot be attached, a sentence each. */
  readonly refusals: readonly string[];
}

/** Must be called at once: what is dragged is gone after the event. The editor's own lists go before copies of files. */
export function droppedIn(data: DataTransfer): Dropped {
  const uris = new Set([
    ...jsonList(data.getData("resourceurls")),
    ...uriList(data.getData("application/vnd.code.uri-list")),
    ...uriList(data.getData("text/uri-list")),
  ]);
  const own = [...uris].filter((uri) => /^(file|vscode-remote):/i.test(uri));
  return { uris: own, files: own.length > 0 ? [] : Array.from(data.files) };
}

/** Whether a drag holds anything that could be attached. */
export function isDroppable(data: DataTransfer | null): boolean {
  const types = data?.types ?? [];
  return ["Files", "text/uri-list", "application/vnd.code.uri-list", "resourceurls"].some((type) =>
    types.includes(type),
  );
}

/** The files as attachments: pictures as pictures, text as text; of anything else why not. */
export async function readFiles(files: readonly File[]): Promise<ReadDrop> {
  const read = await Promise.all(files.map(readFile));
  return {
    attachments: read.flatMap((one) => (typeof one === "string" ? [] : [one])),
    refusals: read.filter((one) => typeof one === "string"),
  };
}

const MAX_TEXT_BYTES = 1024 * 1024;
/** Longer edge of a picture, in pixels: models scale larger ones down themselves. */
const MAX_EDGE = 1536;
/** Smaller ones are sent as they are. */
const MAX_PLAIN_BYTES = 512 * 1024;

async function readFile(file: File): Promise<Attachment | string> {
  const name = file.name === "" ? "pasted" : file.name;
  const mediaType = IMAGE_MEDIA_TYPES.find((type) => type === file.type);
  if (mediaType !== undefined) return readImage(file, name, mediaType);
  if (file.type.startsWith("image/")) return `${name} cannot be added: pictures are PNG, JPEG, WebP or GIF.`;
  if (file.size > MAX_TEXT_BYTES) return `${name} is larger than 1 MiB. Open its folder and name the part you mean.`;
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (bytes.subarray(0, 8192).includes(0)) return `${name} is not a text file.`;
    const text = new TextDecoder().decode(bytes);
    return { kind: "text", name, text: text.slice(0, MAX_ATTACHED_CHARACTERS) };
  } catch {
    return `${name} could not be read. If it is a folder, open it in the editor and name it with @folder.`;
  }
}

async function readImage(file: File, name: string, mediaType: ImageMediaType): Promise<Attachment | string> {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, MAX_EDGE / Math.max(picture.width, picture.height));
    const isPlain = scale === 1 && file.size <= MAX_PLAIN_BYTES;
    const blob = isPlain ? file : await drawn(picture, scale);
    picture.close();
    const data = await base64(blob);
    if (data.length > MAX_IMAGE_CHARACTERS) return `${name} is too large a picture. Cut out the part you mean.`;
    return { kind: "image", name, mediaType: isPlain ? mediaType : "image/jpeg", data };
  } catch {
    return `${name} is no picture that can be read.`;
  }
}

async function drawn(picture: ImageBitmap, scale: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("There is no canvas.");
  // JPEG has no transparency: what shines through is white, as on a page.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
}

async function base64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let binary = "";
  for (let start = 0; start < bytes.length; start += 8192) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return btoa(binary);
}

/** RFC 2483: an address a line, comments after #. */
function uriList(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** As the editor's own drags hold it. */
function jsonList(text: string): string[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter((uri) => typeof uri === "string") : [];
  } catch {
    return [];
  }
}
