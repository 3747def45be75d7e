import { join, resolve } from 'node:path';

export const ROOT = resolve(__dirname, '..');
/** What is built but not kept in git: the packed tarball, logs of the last run. */
export const BUILD = join(ROOT, 'build');
/** The Node that n8n needs, from the project's own packages, whichever Node runs this. */
export const NODE_24 = join(ROOT, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
/** Runs TypeScript without a build. */
export const TSX = join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs');
