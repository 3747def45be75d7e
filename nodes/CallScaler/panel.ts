import { panelOf } from '../editor/panel-layout';

/** What the editor says beside the trigger, in the words of CallScaler's dashboard. */
export const panel = panelOf({
	title: 'CallScaler',
	ending: '/callscaler',
	setup: (pasteUrl) => [
		'Open <b>Call Flows</b> and select a call flow. Each has a webhook of its own.',
		'In the settings panel on the right, expand <b>AUTOMATIONS</b> and tick <b>Post-Call Webhook</b>.',
		pasteUrl,
		'Tick <b>Wait for AI processing</b> if you need the transcription, the summary, scores or qualification.',
		'Under <b>Custom headers</b> add the header of your credential: X-Webhook-Secret with the secret as its value.',
		'Save the call flow.',
	],
	test: 'click <b>Send test webhook</b> there: it sends a recent call.',
	afterFailure:
		'A delivery that fails is sent again after 30 seconds and after 2 minutes. A call that was accepted before is recognized and starts no second run. With <b>Catch Up on Undelivered Calls</b>, which needs an API key, the trigger asks CallScaler for calls that none of these attempts brought.',
	nothingArrives:
		'Check that <b>Post-Call Webhook</b> is ticked in the call flow and that <b>Webhook URL</b> holds the <b>Production URL</b>, which ends in <b>/callscaler</b>. With <b>Wait for AI processing</b> a call can take 5 minutes. <b>Send test webhook</b> sends a recent call: if that was delivered before, it is a duplicate. CallScaler shows whether a delivery was answered; why a call did not run says the page named above.',
});

/** Shown on the canvas while n8n listens. */
export const listeningText =
	'Waiting for a call: click Send test webhook in CallScaler, or open the test URL that ends in /sample';
