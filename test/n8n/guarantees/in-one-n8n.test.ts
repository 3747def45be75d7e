import { stopOneN8n } from './support/one-n8n';

// Each has workflows of its own in the one n8n. Some of them stop or kill it: none may count on a process that another began.
import './in-one-n8n/burst';
import './in-one-n8n/failed-workflow';
import './in-one-n8n/host-behaviour';
import './in-one-n8n/redelivery';
import './in-one-n8n/workflow-changes';

afterAll(stopOneN8n);
