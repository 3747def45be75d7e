import type { IExecuteFunctions, INode, ITriggerFunctions, IWebhookFunctions } from 'n8n-workflow';
import { ExpressionParser } from 'n8n-workflow';

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
		const value = asJson(evaluated(context, path));
		return hasEmptyExpression(context, written, value)
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

/** Whether what the editor has stored of a parameter is an expression, or has one in it. */
export function hasExpression(written: unknown): boolean {
	if (typeof written === 'object' && written !== null) return Object.values(written).some(hasExpression);
	return typeof written === 'string' && written.startsWith('=');
}

/** A value as JSON has it: a Date is text, as is a DateTime, which only some versions of n8n make text of. */
function asJson(value: unknown): unknown {
	if (typeof value !== 'object' || value === null) return value;
	if (saysItself(value)) return value.toJSON();
	if (Array.isArray(value)) return value.map(asJson);
	return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, asJson(each)]));
}

function saysItself(value: object): value is { toJSON: () => unknown } {
	return 'toJSON' in value && typeof value.toJSON === 'function';
}

/** One that has been written: of a field that was switched to *Expression* and left, `=` is stored. */
const EXPRESSION = /^=\s*\S/;

/** Whether some expression in what was written has become nothing in its value. */
function hasEmptyExpression(context: NodeContext, written: unknown, value: unknown): boolean {
	if (typeof written === 'string')
		return EXPRESSION.test(written) && (saysNothing(value) || hasEmptyPart(context, written));
	if (typeof written !== 'object' || written === null) return false;
	return Object.entries(written).some(([name, inside]) => hasEmptyExpression(context, inside, fieldOf(value, name)));
}

/** Whether a `{{ }}` in it gives nothing, wholly or in part: with something beside it n8n makes blank text of that. */
function hasEmptyPart(context: NodeContext, written: string): boolean {
	return (
		evaluates(context) &&
		ExpressionParser.splitExpression(written.slice(1))
			.filter(({ type }) => type === 'code')
			.some((part) => lacksSome(asJson(context.evaluateExpression(ExpressionParser.joinExpression([part]), 0))))
	);
}

/** Every context of n8n's does, but the type of a trigger's does not tell. */
function evaluates(context: NodeContext): context is NodeContext & Pick<IWebhookFunctions, 'evaluateExpression'> {
	return 'evaluateExpression' in context;
}

/** Whether something in a value is nothing. Blank text may be meant. */
function lacksSome(value: unknown): boolean {
	if (typeof value === 'string') return false;
	if (typeof value !== 'object' || value === null) return saysNothing(value);
	const inside: unknown[] = Object.values(value);
	return inside.length === 0 || inside.some(lacksSome);
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
