import type { IDataObject, INode } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { z } from 'zod/v4';

import { perTrigger, triggerIdOf } from '../deduplication/per-trigger';
import type { Exclusion, Filter } from '../provider/filters';
import { textList } from '../provider/filters';
import type { Provider } from '../provider/provider';
import { isBlank, shown } from '../provider/comparing';
import { condition, idleCondition } from './conditions';
import type { NodeContext } from './node-context';
import { parameterOr } from './node-context';

/** A setting that is blank, or that an expression left empty, is as if it had not been set. */
const unlessBlank = <Setting extends z.ZodType>(setting: Setting) =>
	z.preprocess((value) => (isBlank(value) ? undefined : value), setting);

const choice = <Value extends string>(values: readonly [Value, ...Value[]], fallback: Value) =>
	unlessBlank(z.enum(values, { error: `must be one of ${values.join(', ')}` }).default(fallback));

const yesOrNo = (fallback: boolean) => unlessBlank(z.boolean({ error: 'must be true or false' }).default(fallback));

/** The rows of an n8n fixed collection, which wraps them in an object with the collection's name. */
const rowsOf = <Row extends z.ZodType>(row: Row) =>
	z.preprocess((collection) => {
		if (isBlank(collection)) return [];
		return Array.isArray(collection) ? collection : Object.values(Object(collection)).flat();
	}, z.array(row));

/** A row of Custom Fields; one whose identifier is blank names no field. */
const customField = z.object({
	name: z.preprocess((name) => (isBlank(name) ? '' : String(name).trim()), z.string()),
	type: choice(['string', 'number', 'boolean'], 'string'),
	required: yesOrNo(false),
});

export type CustomField = z.infer<typeof customField>;

const MAX_HISTORY = 100_000;
const MAX_WINDOW_HOURS = 100_000;
const HOUR_IN_MS = 3_600_000;

const windowHours = z.coerce
	.number({ error: 'must be a number of hours' })
	.positive({ error: 'must be more than 0 hours' })
	.max(MAX_WINDOW_HOURS, { error: `must be at most ${MAX_WINDOW_HOURS} hours` });
const history = z.coerce
	.number({ error: 'must be a number of calls' })
	.min(1, { error: 'must be at least 1 call' })
	.max(MAX_HISTORY, { error: `must be at most ${MAX_HISTORY} calls` })
	.transform(Math.floor);

/** The settings that are common to all providers, by parameter; those in Options by `options.<parameter>`. */
const common = {
	output: choice(['fields', 'simplified', 'unified', 'raw'], 'fields'),
	conditions: rowsOf(condition).transform((rows) => rows.filter((row) => row !== undefined)),
	idleConditions: rowsOf(idleCondition)
		.transform((rows) => rows.filter((row) => row !== undefined))
		.catch([]),
	customFields: rowsOf(customField).transform((rows) => rows.filter(({ name }) => name !== '')),
	deduplicate: yesOrNo(true),
	dedupeField: unlessBlank(z.coerce.string().trim().default('')),
	respond: choice(['onReceived', 'lastNode'], 'onReceived'),
	'options.onInvalidFields': choice(['flag', 'reject'], 'flag'),
	'options.includeDelivery': yesOrNo(false),
	'options.emitIgnored': yesOrNo(false),
	'options.emitRejected': yesOrNo(false),
	'options.dedupeWindowHours': unlessBlank(windowHours.default(24)),
	'options.dedupeHistory': unlessBlank(history.default(10_000)),
};

/** What these settings are called in the editor, for a message about one that is wrong. */
export const LABELS: Readonly<Record<string, string>> = {
	triggerOn: 'Trigger On',
	output: 'Output',
	filters: 'Filters',
	conditions: 'Conditions',
	customFields: 'Custom Fields',
	deduplicate: 'Deduplicate',
	deduplicateBy: 'Deduplicate By',
	dedupeField: 'Field to Deduplicate By',
	respond: 'Respond',
	options: 'Options',
	'options.onInvalidFields': 'On Invalid Fields',
	'options.includeDelivery': 'Include Delivery Details',
	'options.emitIgnored': 'Emit Ignored Deliveries',
	'options.emitRejected': 'Emit Rejected Deliveries',
	'options.dedupeWindowHours': 'Deduplication Window (Hours)',
	'options.dedupeHistory': 'Deduplication History',
};

/** A filter that the user set, with what it excludes. */
export interface ActiveFilter<Call> {
	readonly filter: Filter<Call>;
	readonly excludes: Exclusion<Call>;
}

/** What the user set on the node, read and checked. */
export interface Settings<Call> {
	readonly triggerOn: readonly string[];
	readonly output: 'fields' | 'simplified' | 'unified' | 'raw';
	readonly filters: ReadonlyArray<ActiveFilter<Call>>;
	readonly ignoresMissingLateFields: boolean;
	readonly conditions: z.output<typeof common.conditions>;
	readonly customFields: readonly CustomField[];
	readonly deduplicate: boolean;
	readonly deduplicateBy: string;
	readonly dedupeField: string;
	readonly respond: 'onReceived' | 'lastNode';
	readonly rejectsInvalidFields: boolean;
	readonly includesDelivery: boolean;
	readonly emitsIgnored: boolean;
	/** Whether the trigger has a second output, for what is ignored or rejected. */
	readonly hasIgnoredOutput: boolean;
	/** Whether the trigger asks for calls that never arrived, so that their ids are remembered. */
	readonly catchesUp: boolean;
	/** The ids of the call flows that it asks for; none where they cannot be read. */
	readonly catchUpCallFlows: readonly string[];
	/** What is odd about the settings though it can be used, in sentences for whoever tries them out. */
	readonly oddities: readonly string[];
	/** How many calls are remembered. */
	readonly history: number;
	/** How long a call is remembered, in milliseconds. */
	readonly windowInMs: number;
}

/** Reads the settings of one kind of trigger from n8n, which copies a node whenever it is asked for it. */
export type SettingsReader<Call> = (context: NodeContext, node?: INode) => Settings<Call>;

/** What was read from a trigger's parameters last, and how they were written. */
class LastRead<Call> {
	written?: string;

	settings?: Settings<Call>;

	/** Read again in no time, so it need not be kept while nothing comes. */
	dropExpired(): boolean {
		return true;
	}
}

/**
 * Makes the reader of a provider's triggers. It throws a NodeOperationError that names each setting that cannot be read,
 * by its label. A trigger's parameters are the same for each delivery until the user changes them, so they are checked
 * once; those with an expression each time.
 */
export function settingsReader<Call extends IDataObject>(provider: Provider<Call>): SettingsReader<Call> {
	const lastReadOf = perTrigger(() => new LastRead<Call>());
	return (context, node = context.getNode()) => {
		const written = JSON.stringify(node.parameters);
		const last = lastReadOf(triggerIdOf(context, node));
		if (last.settings === undefined || last.written !== written || written.includes('"=')) {
			last.settings = readSettings(context, provider);
			last.written = written;
		}
		return last.settings;
	};
}

function readSettings<Call extends IDataObject>(context: NodeContext, provider: Provider<Call>): Settings<Call> {
	const { triggerOn, filters, lateFields, keys } = provider;
	const labels: Record<string, string> = { ...LABELS };
	for (const { parameter, label } of [...filters, ...(lateFields ? [lateFields] : [])]) {
		labels[`filters.${parameter}`] = label;
	}
	labels.missing = lateFields?.label ?? '';
	const schema = z.object({
		...common,
		triggerOn: chosenOf(triggerOn.values),
		deduplicateBy: choice(['customField', ...Object.keys(keys)], Object.keys(keys)[0] ?? 'customField'),
		missing: choice(['letThrough', 'ignore'], 'letThrough'),
	});

	const parameters = parametersOf(context, labels);
	const parsed = schema.safeParse({
		...parameters,
		idleConditions: parameters.conditions,
		missing: parameters[`filters.${lateFields?.parameter}`],
	});
	const problems = parsed.success
		? []
		: parsed.error.issues.map(({ path: [name], message }) => `${labels[String(name)]} ${message}`);
	const active = filters.flatMap((filter) => {
		const value = parameters[`filters.${filter.parameter}`];
		if (isBlank(value)) return [];
		const read = filter.setting.safeParse(value);
		if (read.success) return [{ filter, excludes: read.data }];
		problems.push(...read.error.issues.map(({ message }) => `${filter.label} ${message}`));
		return [];
	});
	if (!parsed.success || problems.length > 0) {
		const message = `This trigger has settings that cannot be used: ${problems.join('; ')}`;
		const description = 'Correct them in the node and publish the workflow again. Until then no call is accepted.';
		throw new NodeOperationError(context.getNode(), message, { description });
	}

	const { data } = parsed;
	const isBeforeItsEnd = data.triggerOn.some((chosen) => triggerOn.beforeItsEnd?.includes(chosen));
	return {
		triggerOn: data.triggerOn,
		output: data.output,
		filters: active.filter(({ filter }) => !(isBeforeItsEnd && filter.onlyAfterItsEnd)),
		ignoresMissingLateFields: data.missing === 'ignore',
		conditions: data.conditions,
		customFields: isBeforeItsEnd ? data.customFields.map((row) => ({ ...row, required: false })) : data.customFields,
		deduplicate: data.deduplicate && !isBeforeItsEnd,
		deduplicateBy: data.deduplicateBy,
		dedupeField: data.dedupeField,
		respond: data.respond,
		rejectsInvalidFields: data['options.onInvalidFields'] === 'reject',
		includesDelivery: data['options.includeDelivery'],
		emitsIgnored: data['options.emitIgnored'],
		hasIgnoredOutput: data['options.emitIgnored'] || data['options.emitRejected'],
		catchesUp: provider.callsApi !== undefined && catchesUp(context),
		catchUpCallFlows: textList.catch([]).parse(parameterOr(context, 'catchUpCallFlows', [])),
		oddities: [
			...data.idleConditions,
			...active.flatMap(({ filter }) => commasIn(filter.label, parameters[`filters.${filter.parameter}`])),
		],
		history: data['options.dedupeHistory'],
		windowInMs: data['options.dedupeWindowHours'] * HOUR_IN_MS,
	};
}

/** Whether Catch Up on Missed Calls is on. Of its settings a delivery needs no more, so none of them can fail one. */
export function catchesUp(context: NodeContext): boolean {
	return parameterOr(context, 'catchUp', false) === true;
}

/** A list of rows in which one looks like several. A comma may be meant, so it is one. */
function commasIn(label: string, rows: unknown): string[] {
	const odd = Array.isArray(rows) ? rows.find((row) => typeof row === 'string' && row.includes(',')) : undefined;
	if (odd === undefined) return [];
	return [`${label} has a row with a comma, "${shown(odd)}". Each row is one value: for several, add a row for each.`];
}

/** What the user chose in Trigger On: one value or several, and never none, since then every call would be ignored. */
function chosenOf(names: Readonly<Record<string, string>>) {
	return unlessBlank(
		textList
			.optional()
			.transform((chosen) => chosen ?? [])
			.refine((chosen) => chosen.length > 0, { error: 'has nothing chosen: no call would start the workflow' })
			.refine((chosen) => chosen.every((value) => Object.hasOwn(names, value)), {
				error: `must be of ${Object.entries(names)
					.map(([value, name]) => `${value} (${name})`)
					.join(', ')}`,
			}),
	);
}

const COLLECTIONS = ['filters', 'options'];
const PARAMETERS = [
	'triggerOn',
	'output',
	'conditions',
	'customFields',
	'deduplicate',
	'deduplicateBy',
	'dedupeField',
	'respond',
];

/**
 * The values of the parameters, those in a collection by `<collection>.<parameter>`. Throws where an expression fails
 * (docs/n8n.md, 19).
 */
function parametersOf(context: NodeContext, labels: Readonly<Record<string, string>>): Record<string, unknown> {
	const parameters: Record<string, unknown> = {};
	for (const name of PARAMETERS) parameters[name] = valueOf(context, name, labels);
	for (const collection of COLLECTIONS) {
		const values = valueOf(context, collection, labels);
		for (const [name, value] of Object.entries(Object(values))) parameters[`${collection}.${name}`] = value;
	}
	return parameters;
}

export function valueOf(context: NodeContext, name: string, labels: Readonly<Record<string, string>>): unknown {
	try {
		return context.getNodeParameter(name, null);
	} catch (error) {
		const inside = COLLECTIONS.includes(name) ? Object.keys(Object(context.getNode().parameters[name])) : [];
		// Asked for one by one, the parameter whose expression fails is found.
		for (const child of inside) valueOf(context, `${name}.${child}`, labels);
		const reason = error instanceof Error ? error.message : String(error);
		const message = `${labels[name] ?? name} has an expression that fails: ${reason}`;
		const description = 'Correct it in the node and publish the workflow again. Until then no call is accepted.';
		throw new NodeOperationError(context.getNode(), message, { description });
	}
}
