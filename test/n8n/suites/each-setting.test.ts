import { stopOneN8n } from './support/one-n8n';

// As in-one-n8n.test.ts: rows of what can be set, let in and sent, in an n8n of their own.
import './in-one-n8n/authentication';
import './in-one-n8n/settings';
import './in-one-n8n/typing';

afterAll(stopOneN8n);
