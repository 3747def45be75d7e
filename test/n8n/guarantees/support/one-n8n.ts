import { sharedN8n } from '../../support/one-n8n';

export const { oneN8n, stopOneN8n } = sharedN8n();
