import { stopOneN8n } from './describe-editor';

// One n8n for all of them, so the order counts: newcomers find nothing there, and recipes no credential that settings make.
import './stories/first-workflow';
import './stories/newcomer';
import './stories/callscaler';
import './stories/import';
import './stories/recipes';
import './stories/settings';
import './stories/where-is-my-call';

afterAll(stopOneN8n);
