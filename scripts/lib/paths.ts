import { join, resolve } from 'node:path';

export const ROOT = resolve(__dirname, '..', '..');
/** Which n8n the tests run, as package.json and lock file of each. */
export const HOSTS = join(ROOT, 'test', 'n8n', 'hosts');
/** Where they are installed: n8n looks for nodes in all folders of a checkout that is linked into it, but for those with a dot. */
export const INSTALLED_HOSTS = join(ROOT, 'test', 'n8n', '.hosts');
/** What is built but not kept in git: the packed tarball, logs of the last run. */
export const BUILD = join(ROOT, 'build');
/** The Node that n8n needs, from the project's own packages, whichever Node runs this. */
export const NODE_24 = join(ROOT, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
