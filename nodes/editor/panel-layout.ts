import type { NodeHint, TriggerPanelDefinition } from 'n8n-workflow';

/** What a provider tells about itself in the editor, as HTML, in the words of its dashboard. */
export interface PanelTexts {
	/** What the provider calls itself. */
	title: string;
	/** What to do in its dashboard, step by step. */
	setup: readonly string[];
	/** How to send a test, beginning after the test URL was pasted. */
	test: string;
	/** What the provider does with a delivery that fails. */
	afterFailure: string;
	/** What to look at where nothing arrives. */
	nothingArrives: string;
}

const paragraphs = (...texts: string[]) => texts.join('<br /><br />');

/** The panel beside a trigger: how to get a first call, how to set the provider up, what happens when it is published. */
export function panelOf({ title, setup, test, afterFailure, nothingArrives }: PanelTexts): TriggerPanelDefinition {
	const steps = setup.map((step, index) => `${index + 1}. ${step}`).join('<br />');
	const setUp = `<b>Set it up in ${title}</b><br />${steps}`;
	const executions = '<a data-key="executions">executions list</a>';
	return {
		header: `Get calls from ${title}`,
		activationHint: {
			inactive: paragraphs(
				`To test, put the test URL and your credential's header into ${title}, click <b>Execute step</b>, then ${test}`,
				`When your workflow is done, publish it and replace the test URL in ${title} by the production URL.`,
			),
			active: `This workflow is published: each call that ${title} sends to the production URL starts it by itself. You find those runs in the ${executions}, not here.`,
		},
		executionsHelp: {
			inactive: paragraphs(
				setUp,
				`<b>Test it</b><br />With the test URL in ${title}, click <b>Execute step</b>, then ${test}`,
				`<b>Go live</b><br />Publish the workflow and replace the test URL in ${title} by the production URL. ${afterFailure}`,
			),
			active: paragraphs(
				`Each call to the production URL starts this workflow. You find those runs in the ${executions}. ${afterFailure}`,
				`<b>Nothing arrives?</b><br />${nothingArrives}`,
				setUp,
			),
		},
	};
}

/** Shown where the trigger's items will be, while there are none. */
export const sampleHint: NodeHint = {
	message:
		'No call at hand? Copy the test URL, click <b>Execute step</b>, and open the URL with <b>/sample</b> at its end in a browser. An example call arrives here, with all its fields to map.',
	type: 'info',
	location: 'outputPane',
	whenToDisplay: 'beforeExecution',
};
