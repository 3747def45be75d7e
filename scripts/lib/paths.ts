import { join, resolve } from 'node:path';

export const ROOT = resolve(__dirname, '..', '..');
export const HOSTS = join(ROOT, 'test', 'n8n', 'hosts');
/** What is built but not kept in git: the packed tarball, logs of the last run. */
export const BUILD = join(ROOT, 'build');
