import { sharedN8n } from '../../support/one-n8n';

// What the editor asks for, a schema for one, n8n serves with it.
export const { oneN8n, stopOneN8n } = sharedN8n({ editor: true });
