/**
 * Whether a path, seen from its workspace folder with forward slashes, is a folder in which version control keeps its own, or
 * lies in one: history of secret files, addresses with passwords.
 */
export function isOfVersionControl(relative: string): boolean {
  return FOLDERS.test(relative);
}

const FOLDERS = /(^|\/)(\.git|\.hg|\.svn|\.jj|\.bzr|_darcs|\.sl|\.pijul)(\/|$)/i;
