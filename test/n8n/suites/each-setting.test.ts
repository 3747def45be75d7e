import { stopOneN8n } from './support/one-n8n';

// As in-one-n8n.test.ts, and apart from it for n8n 1.x, which runs them only in full (jest.config.js): rows of what can be set,
// let in and sent.
import './in-one-n8n/authentication';
import './in-one-n8n/settings';
import './in-one-n8n/typing';

afterAll(stopOneN8n);
