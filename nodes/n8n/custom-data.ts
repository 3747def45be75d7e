import type { IExecuteFunctions, IWorkflowDataProxyAdditionalKeys, IWorkflowExecutionCustomData } from 'n8n-workflow';

/** The execution's custom data, in the same way in n8n 1.x and 2.x: as expressions have it. */
export function customDataOf(context: IExecuteFunctions): IWorkflowExecutionCustomData | undefined {
	try {
		const { $execution }: IWorkflowDataProxyAdditionalKeys = context.getWorkflowDataProxy(0);
		return $execution?.customData;
	} catch {
		// n8n makes addresses for expressions first, and fails where its own is none. No call must wait for that.
		return undefined;
	}
}

/**
 * Answers of yes and no as texts short enough for custom data, of which n8n takes 10 values of 255 characters (docs/n8n.md, 32):
 * it is all that the main process gets of a worker's run. A character for each answer.
 */
const YES = 'y';
const NO = 'n';
const ANSWERS_OF_A_TEXT = 255;
const TEXTS = 10;

/** The most answers that one execution can give. */
export const MOST_ANSWERS = ANSWERS_OF_A_TEXT * TEXTS;

const nameOf = (text: number) => `post_call_${text}`;

export function answersAsTexts(answers: readonly boolean[]): Record<string, string> {
	const all = answers.map((is) => (is ? YES : NO)).join('');
	const texts = all.match(new RegExp(`.{1,${ANSWERS_OF_A_TEXT}}`, 'g')) ?? [];
	return Object.fromEntries(texts.map((text, at) => [nameOf(at), text]));
}

/** None where nothing was told. */
export function answersIn(texts: Readonly<Record<string, unknown>>): boolean[] {
	const all = Array.from({ length: TEXTS }, (_, at) => String(texts[nameOf(at)] ?? '')).join('');
	return [...all].map((each) => each === YES);
}
