import { stopOneN8n } from './support/one-n8n';

// Each has workflows of its own in the one n8n, and asks nothing of it that another could have changed.
import './in-one-n8n/credential-test';
import './in-one-n8n/during-call';
import './in-one-n8n/held';
import './in-one-n8n/output-schema';
import './in-one-n8n/sample';
import './in-one-n8n/saved-workflow';
import './in-one-n8n/when-published';

afterAll(stopOneN8n);
