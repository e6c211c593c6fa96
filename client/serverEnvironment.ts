/**
 * Settings of glibc's allocator (mallopt(3)) for the server's process. Without them what indexing has freed stays with the
 * process: measured on 1,270 files, 309 MiB instead of 140. Other systems ignore them.
 */
export const SERVER_ENVIRONMENT: Readonly<Record<string, string>> = {
  // Fixed, or else the threshold grows with the largest block that was ever freed.
  MALLOC_MMAP_THRESHOLD_: String(64 * 1024),
  MALLOC_TRIM_THRESHOLD_: String(128 * 1024),
  MALLOC_ARENA_MAX: "2",
};

/**
 * Of V8's heap, the part for what lives shortly, in MiB of one of its halves. Left alone it grows with every answer and is not
 * given back: measured after 300 answers, 325 MiB instead of 190, and no answer begins sooner for it.
 */
export const SERVER_ARGUMENTS: readonly string[] = ["--max-semi-space-size=8"];
