import { panelOf } from '../editor/panel-layout';

/** What the editor says beside the trigger, in the words of QCall's dashboard. */
export const panel = panelOf({
	title: 'QCall',
	ending: '/qcall',
	setup: (pasteUrl) => [
		'Open <b>Dashboard > Assistants</b>, select your assistant, then <b>Tools > + Add Webhook</b>.',
		`${pasteUrl} Choose POST as <b>Method</b>.`,
		'Turn on <b>Enable Trigger</b>, <b>Enable Body</b> and, for calls that have ended, <b>Trigger on Call End</b>.',
		'Under <b>Headers</b> add Content-Type with the value application/json, and the header of your credential: Authorization with the value Bearer, a space and the secret.',
		'Under <b>Body Parameters</b> add recording_url, phone_number, call_date and call_duration, so that no call starts the workflow twice, and a row for each other field you want, such as call_outcome and call_summary. In each row write a <b>Description</b>, by which the AI finds the value, choose number as <b>Data Type</b> of call_duration and what else is a number, and leave <b>Value</b> blank. Save.',
	],
	test: 'place a test call in QCall and end it.',
	afterFailure:
		'QCall sends each call once and never again: what arrives while the workflow is not published is lost. With <b>Catch Up on Undelivered Calls</b>, which needs an API key, the trigger asks QCall for calls that it did not receive.',
	nothingArrives:
		'Check that <b>Enable Trigger</b> and <b>Trigger on Call End</b> are on and that <b>Webhook URL</b> holds the <b>Production URL</b>, which ends in <b>/qcall</b>. QCall keeps a delivery history, which your account manager can show you: it holds what this node answered, and why.',
});

/** Shown on the canvas while n8n listens. */
export const listeningText = 'Waiting for a call: end a test call in QCall, or open the test URL that ends in /sample';
