import { stopOneN8n } from './support/one-n8n';

// What the triggers make of the fields that they have read, whichever n8n that is; jest.config.js leaves it out on 1.x.
import './in-any-n8n/filters';
import './in-any-n8n/outputs';
import './in-any-n8n/same-call';

afterAll(stopOneN8n);
