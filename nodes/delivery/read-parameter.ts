import type { IExecuteFunctions, INode, ITriggerFunctions, IWebhookFunctions } from 'n8n-workflow';

import { isBlank } from '../provider/comparing';

/** What parameters are read from. */
export type NodeContext = IWebhookFunctions | ITriggerFunctions | IExecuteFunctions;

/** A parameter as the user means it; undefined where it is not set. */
export type Parameter = { value: unknown; problem?: undefined } | { problem: string; value?: undefined };

/**
 * Reads a parameter, of one in a collection its path `<collection>.<parameter>`. What the editor stores of a parameter, a list
 * or a row that was begun and left says nothing, so it is not set. Where an expression gives as little, or fails, the user
 * wanted something that nobody knows (n8n makes nothing of most errors, docs/n8n.md, 19): that is a problem, completing "<label> …".
 */
export function readParameter(context: NodeContext, path: string, node: INode = context.getNode()): Parameter {
	const written = path.split('.').reduce<unknown>(fieldOf, node.parameters);
	// n8n has filled in the defaults, so of what is no expression it would tell no more, but takes its time.
	if (!hasExpression(written)) return { value: saidBy(written) };
	try {
		const value = evaluated(context, path);
		return hasEmptyExpression(written, value)
			? { problem: 'has an expression that gives nothing' }
			: { value: saidBy(value) };
	} catch (error) {
		return { problem: `has an expression that fails: ${error instanceof Error ? error.message : String(error)}` };
	}
}

/** The same where one that cannot be used must not matter: before the secret is known to be right, for one. */
export function parameterOr(context: NodeContext, path: string, unset: unknown): unknown {
	return readParameter(context, path).value ?? unset;
}

function evaluated(context: NodeContext, path: string): unknown {
	return 'getInputData' in context ? context.getNodeParameter(path, 0, null) : context.getNodeParameter(path, null);
}

/** What an object, or a list, has under a name. */
function fieldOf(value: unknown, name: string): unknown {
	return isObject(value) ? value[name] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null;
}

function hasExpression(written: unknown): boolean {
	if (typeof written === 'object' && written !== null) return Object.values(written).some(hasExpression);
	return typeof written === 'string' && written.startsWith('=');
}

/** One that has been written: of a field that was switched to *Expression* and left, `=` is stored. */
const EXPRESSION = /^=\s*\S/;

/** Whether some expression in what was written has become nothing in its value. */
function hasEmptyExpression(written: unknown, value: unknown): boolean {
	if (typeof written === 'string') return EXPRESSION.test(written) && saysNothing(value);
	if (typeof written !== 'object' || written === null) return false;
	return Object.entries(written).some(([name, inside]) => hasEmptyExpression(inside, fieldOf(value, name)));
}

/** Whether nothing is in a value, however deep: *Add …* and nothing more leaves `[[]]` of a list of texts. */
function saysNothing(value: unknown): boolean {
	if (typeof value === 'object' && value !== null) return Object.values(value).every(saysNothing);
	return isBlank(value) || Number.isNaN(value);
}

/** What of a value says something. */
function saidBy(value: unknown): unknown {
	if (saysNothing(value)) return undefined;
	if (typeof value !== 'object' || value === null) return value;
	if (Array.isArray(value)) return value.filter((each) => !saysNothing(each)).map(saidBy);
	const said = Object.entries(value).filter(([, each]) => !saysNothing(each));
	return Object.fromEntries(said.map(([name, each]) => [name, saidBy(each)]));
}
