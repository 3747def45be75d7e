import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { z } from 'zod';

import { perTrigger, triggerOf } from './perTrigger';
import { isBlank } from './text';

/** A list that a user typed: separate entries, or one text with commas or line breaks. */
export const textList = z
	.union([z.array(z.union([z.string(), z.number()])), z.string(), z.number()])
	.transform((list) => (Array.isArray(list) ? list : String(list).split(/[,\n]/)))
	.transform((list) => list.map((entry) => String(entry).trim()).filter((entry) => entry !== ''));

/** The rows of an n8n fixed collection, which wraps them in an object with the collection's name. */
const rowsOf = <Row extends z.ZodTypeAny>(row: Row) =>
	z.preprocess((collection) => {
		if (isBlank(collection)) return [];
		return Array.isArray(collection) ? collection : Object.values(Object(collection)).flat();
	}, z.array(row));

const customField = z.object({
	name: z.string().trim().min(1),
	type: z.enum(['string', 'number', 'boolean']).default('string'),
	required: z.boolean().default(false),
});

const condition = z.object({
	field: z.string().trim().min(1),
	operator: z
		.enum([
			'equals',
			'notEquals',
			'contains',
			'notContains',
			'startsWith',
			'endsWith',
			'greaterThan',
			'lessThan',
			'isEmpty',
			'isNotEmpty',
		])
		.default('equals'),
	value: z.preprocess((value) => (isBlank(value) ? '' : String(value)), z.string()),
});

export type CustomField = z.infer<typeof customField>;
export type Condition = z.infer<typeof condition>;

const MAX_HISTORY = 100_000;

const options = z
	.object({
		onInvalidFields: z.enum(['flag', 'reject']).default('flag'),
		includeDelivery: z.boolean().default(false),
		emitIgnored: z.boolean().default(false),
		dedupeWindowHours: z.coerce.number().positive().default(24),
		dedupeHistory: z.coerce.number().int().positive().max(MAX_HISTORY).default(10_000),
	})
	.default({});

const conditions = rowsOf(condition);
const missingAiData = z.enum(['letThrough', 'ignore']).default('letThrough');

const settingsSchema = z
	.object({
		authentication: z.enum(['headerAuth', 'none']),
		triggerOn: textList,
		output: z.enum(['fields', 'simplified', 'unified', 'raw']),
		filters: z.record(z.unknown()),
		customFields: rowsOf(customField),
		deduplicate: z.boolean(),
		deduplicateBy: z.string(),
		dedupeField: z.string().trim(),
		respond: z.enum(['onReceived', 'lastNode']),
		options,
	})
	.transform((settings) => ({
		...settings,
		limits: { history: settings.options.dedupeHistory, windowHours: settings.options.dedupeWindowHours },
		conditions: conditions.parse(settings.filters.conditions),
		missingAiData: missingAiData.parse(settings.filters.missingAiData),
	}));

/** What the user set on the node, checked. */
export type Settings = z.infer<typeof settingsSchema>;

/** What was read from a trigger's parameters last, and from which. */
const lastReadOf = perTrigger<{ from?: string; settings?: Settings }>(() => ({}));

/**
 * What the user set on the node. Throws a NodeOperationError that names the parameter when an expression gave nonsense. The
 * parameters are the same for each delivery until the user changes them, so they are checked once; expressions each time.
 */
export function settingsOf(context: IWebhookFunctions): Settings {
	const from = JSON.stringify(context.getNode().parameters);
	const hasExpression = from.includes('"=');
	const last = lastReadOf(triggerOf(context));
	if (last.settings === undefined || last.from !== from || hasExpression) {
		last.settings = readSettings(context);
		last.from = from;
	}
	return last.settings;
}

function readSettings(context: IWebhookFunctions): Settings {
	const empty: IDataObject = {};
	const parsed = settingsSchema.safeParse({
		authentication: context.getNodeParameter('authentication', 'headerAuth'),
		triggerOn: context.getNodeParameter('triggerOn', []),
		output: context.getNodeParameter('output', 'fields'),
		filters: context.getNodeParameter('filters', empty),
		customFields: context.getNodeParameter('customFields', empty),
		deduplicate: context.getNodeParameter('deduplicate', true),
		deduplicateBy: context.getNodeParameter('deduplicateBy', ''),
		dedupeField: context.getNodeParameter('dedupeField', ''),
		respond: context.getNodeParameter('respond', 'onReceived'),
		options: context.getNodeParameter('options', empty),
	});
	if (parsed.success) return parsed.data;

	const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
	throw new NodeOperationError(context.getNode(), `A parameter of this node has a value it cannot have (${wrong})`);
}
