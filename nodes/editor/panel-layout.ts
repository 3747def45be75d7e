import type { NodeHint, TriggerPanelDefinition } from 'n8n-workflow';

/** What a provider tells about itself in the editor, as HTML, in the words of its dashboard. */
interface PanelTexts {
	/** What the provider calls itself. */
	title: string;
	/** What the URL to paste there ends in: the sample's, which is shown below it, ends otherwise. */
	ending: string;
	/** What to do in its dashboard, step by step; one step is to paste the URL. */
	setup: (pasteUrl: string) => readonly string[];
	/** How to send a test, beginning after the test URL was pasted. */
	test: string;
	/** What the provider does with a delivery that fails. */
	afterFailure: string;
	/** What to look at where nothing arrives. */
	nothingArrives: string;
}

const paragraphs = (...texts: string[]) => texts.join('<br /><br />');

const WITHOUT_A_CALL =
	'No call at hand? Copy the Test URL that ends in <b>/sample</b>, click <b>Execute step</b>, and open that URL in a browser.';

const IS_A_CALL_MISSING =
	'<b>Is a call missing?</b> Open <b>Webhook URLs</b>, click the <b>Test URL</b> that ends in <b>/sample</b>, which copies it, click <b>Execute step</b>, and open that URL in a new tab: below the example it says what became of the last calls, and why. A failed execution may hold a call: its error says what to correct. To have ignored and refused calls in <b>Executions</b> too, add <b>Show Ignored Calls</b> and <b>Show Refused Deliveries</b> under <b>Options</b>, and publish.';

/** The panel beside a trigger: how to get a first call, how to set the provider up, what happens when it is published. */
export function panelOf({
	title,
	ending,
	setup,
	test,
	afterFailure,
	nothingArrives,
}: PanelTexts): TriggerPanelDefinition {
	const setUp = (pasteUrl: string) => {
		const steps = setup(pasteUrl).map((step, index) => `${index + 1}. ${step}`);
		return `<b>Set it up in ${title}</b><br />${steps.join('<br />')}`;
	};
	const paste = (url: string) =>
		`Paste the <b>${url}</b> that ends in <b>${ending}</b>, under <b>Webhook URLs</b> here, into <b>Webhook URL</b>.`;
	const productionUrl = `<b>Production URL</b> that ends in <b>${ending}</b>`;
	return {
		header: `Get calls from ${title}`,
		activationHint: {
			inactive: paragraphs(
				`To test, open <b>Webhook URLs</b>, put the <b>Test URL</b> that ends in <b>${ending}</b> and your credential's header into ${title}, click <b>Execute step</b>, then ${test}`,
				`No call at hand? See on the right.`,
				`When your workflow is done, publish it and put the ${productionUrl} into ${title}. Do customers call already? Then never enter the Test URL: all calls but the one you listen for would be lost.`,
			),
			active: paragraphs(
				IS_A_CALL_MISSING,
				`This workflow is published: each call that ${title} sends to the ${productionUrl}, under <b>Webhook URLs</b>, starts it by itself. You find those calls in the <b>Executions</b> tab above the canvas, not here.`,
			),
		},
		executionsHelp: {
			inactive: paragraphs(
				setUp(
					`${paste('Test URL')} Do customers call already? Then publish first, and paste the <b>Production URL</b>.`,
				),
				`<b>Test it</b><br />With the <b>Test URL</b> in ${title}, click <b>Execute step</b>, then ${test} ${WITHOUT_A_CALL}`,
				`<b>Go live</b><br />Publish the workflow and replace the Test URL in ${title} by the ${productionUrl}. ${afterFailure}`,
			),
			active: paragraphs(
				IS_A_CALL_MISSING,
				`Each call to the ${productionUrl} starts this workflow. You find those calls in the <b>Executions</b> tab above the canvas. A change of this node counts once you publish again. ${afterFailure}`,
				`<b>Nothing arrives?</b><br />${nothingArrives}`,
				setUp(paste('Production URL')),
			),
		},
	};
}

/** Shown where the trigger's items will be, while there are none. */
export const sampleHint = (title: string): NodeHint => ({
	message: [
		'<b>No call at hand?</b>',
		'1. Is <b>Execute step</b> grey? Make or choose a credential below <b>Authentication</b>, or set that to None, and fill in what is marked red.',
		'2. Open <b>Webhook URLs</b> and click the Test URL that ends in <b>/sample</b>, which copies it.',
		'3. Click <b>Execute step</b>, and open the copied URL in a new tab. An example call arrives here, with all its fields to map.',
		`Does that URL begin with http://localhost or a private address? ${title} cannot reach it; the example call arrives all the same.`,
	].join('<br />'),
	type: 'info',
	location: 'outputPane',
	whenToDisplay: 'beforeExecution',
});
