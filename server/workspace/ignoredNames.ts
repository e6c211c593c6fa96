import { extname } from "node:path";

/** Folders that hold no code of the project's own, whether git ignores them or not. dist, build and the like are code to some. */
export function isIgnoredName(name: string): boolean {
  return IGNORED_NAMES.has(name);
}

/** By the end of its name; spares opening it. */
export function isBinaryName(name: string): boolean {
  return BINARY_EXTENSIONS.has(extname(name).slice(1).toLowerCase());
}

const IGNORED_NAMES = new Set(
  (
    ".git .hg .svn .jj .bzr CVS _darcs .sl .pijul node_modules bower_components jspm_packages .yarn .pnpm-store " +
    "__pycache__ .venv venv .tox .nox .eggs .mypy_cache .pytest_cache .ruff_cache .ipynb_checkpoints .gradle .m2 .ivy2 .cargo " +
    ".next .nuxt .svelte-kit .angular .turbo .parcel-cache .cache .nyc_output .vscode-test .vs .terraform .serverless .dart_tool"
  ).split(" "),
);

const BINARY_EXTENSIONS = new Set(
  (
    "png jpg jpeg gif webp avif bmp ico icns tif tiff psd ai eps heic mp3 mp4 m4a m4v wav ogg flac aac mov avi mkv webm " +
    "woff woff2 ttf otf eot pdf doc docx xls xlsx ppt pptx odt ods zip gz tgz bz2 xz zst 7z rar tar jar war ear whl egg vsix " +
    "exe dll so dylib a o obj lib pdb class pyc pyo wasm node bin dat db sqlite sqlite3 mdb iso dmg deb rpm msi apk ipa " +
    "onnx pt pth safetensors gguf npy npz pkl parquet avro swp map"
  ).split(" "),
);
