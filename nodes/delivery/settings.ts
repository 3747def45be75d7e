import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod/v4';

import { MOST_CALLS } from '../memory/room';
import { shown } from '../provider/comparing';
import type { Exclusion, Filter } from '../provider/filters';
import { numberOf, textList } from '../provider/filters';
import { choicesOf } from '../provider/labels';
import type { Provider } from '../provider/provider';
import type { Condition } from './conditions';
import { conditionRow } from './conditions';
import { wantsIgnoredOutput } from './outputs';

/** One of some words; where it is not set, `fallback`. */
const choice = <Value extends string>(values: readonly [Value, ...Value[]], fallback: Value) =>
	z.enum(values, { error: `must be one of ${values.join(', ')}` }).default(fallback);

/** True or false, as text too, which is what an expression with something beside it gives. */
export const yesOrNo = (fallback: boolean) =>
	z
		.preprocess(
			(value) => (typeof value === 'string' ? (WORDS.get(value.trim().toLowerCase()) ?? value) : value),
			z.boolean({ error: 'must be true or false' }),
		)
		.default(fallback);

const WORDS = new Map([
	['true', true],
	['false', false],
]);

/** The name of a field; blank where it is not set. */
const fieldName = (error: string) =>
	z
		.union([z.string(), z.number()], { error })
		.transform((name) => String(name).trim())
		.default('');

/** An n8n collection: of its parameters it holds only those that the user added. */
const collection = <Shape extends z.ZodRawShape>(shape: Shape) => z.preprocess((value) => value ?? {}, z.object(shape));

/** The rows of an n8n fixed collection, which wraps them in an object with the collection's name. */
const rowsOf = <Row extends z.ZodType>(row: Row) =>
	z.preprocess(
		(rows): unknown => {
			if (typeof rows !== 'object' || rows === null || Array.isArray(rows)) return rows ?? [];
			return Object.values(rows).flat();
		},
		z.array(row, { error: 'must be rows' }),
	);

/** A row of Custom Fields; one whose identifier is blank names no field. */
const customField = z.object(
	{
		name: fieldName('have an identifier that is no text'),
		type: choice(['string', 'number', 'boolean'], 'string'),
		required: yesOrNo(false),
	},
	{ error: 'have a row that is none' },
);

export type CustomField = z.infer<typeof customField>;

/**
 * Unless the user sets it. n8n reads and writes all that is remembered for each call, which costs by its length: a thousand
 * are the calls of many hours, and providers repeat a delivery within minutes. What is caught up reaches back over days.
 */
const USUAL_HISTORY = { calls: 1_000, whereCaughtUp: 10_000 };
const MAX_WINDOW_HOURS = 100_000;
const HOUR_IN_MS = 3_600_000;

const windowHours = numberOf('must be a number of hours').pipe(
	z
		.number()
		.positive({ error: 'must be more than 0 hours' })
		.max(MAX_WINDOW_HOURS, { error: `must be at most ${MAX_WINDOW_HOURS} hours` }),
);
const history = numberOf('must be a number of calls').pipe(
	z
		.number()
		.min(1, { error: 'must be at least 1 call' })
		.max(MOST_CALLS, { error: `must be at most ${MOST_CALLS} calls` })
		.transform(Math.floor),
);

/** The settings that are common to all providers, by parameter. */
const common = {
	/** Decided on before all else (authenticate.ts); one that cannot be used is told here, behind the secret. */
	authentication: choice(['headerAuth', 'none'], 'headerAuth'),
	output: choice(['fields', 'simplified', 'unified', 'raw'], 'fields'),
	conditions: rowsOf(conditionRow),
	customFields: rowsOf(customField).transform((rows) => rows.filter(({ name }) => name !== '')),
	deduplicate: yesOrNo(true),
	dedupeField: fieldName('must be the name of a field'),
	respond: choice(['onReceived', 'lastNode'], 'onReceived'),
	// Where nobody can tell, ids are remembered: that costs little, and no call runs twice for it once it can be told.
	catchesUp: yesOrNo(false).catch(true),
	catchUpOn: textList.catch([]),
	options: collection({
		onInvalidFields: choice(['flag', 'reject'], 'flag'),
		includeDelivery: yesOrNo(false),
		emitIgnored: yesOrNo(false),
		emitRejected: yesOrNo(false),
		dedupeWindowHours: windowHours.default(24),
		dedupeHistory: history.optional(),
	}),
};

/** The parameter among a provider's filters that decides on a call whose late fields have not come. */
const missingLateFields = choice(['letThrough', 'ignore'], 'letThrough');

/** A filter that the user set, with what it excludes. */
interface ActiveFilter<Call> {
	readonly filter: Filter<Call>;
	readonly excludes: Exclusion<Call>;
}

/** QCall guide, "Identifier": always lowercase snake_case. One that is not may be what stands above its column. */
function oddIdentifiers(rows: readonly CustomField[]): string[] {
	return rows
		.filter(({ name }) => !/^[a-z\d_]+$/.test(name))
		.map(({ name }) => {
			const meant = name
				.toLowerCase()
				.replace(/[^a-z\d]+/g, '_')
				.replace(/^_|_$/g, '');
			return `Custom Fields has the identifier "${shown(name)}". Identifiers are in lower case and without spaces${meant === '' ? '' : `, such as ${shown(meant)}`}: enter it as it stands among the Body Parameters.`;
		});
}

/** What the user set on the node, read and checked. */
export interface Settings<Call> {
	readonly triggerOn: readonly string[];
	readonly output: 'fields' | 'simplified' | 'unified' | 'raw';
	readonly filters: ReadonlyArray<ActiveFilter<Call>>;
	readonly ignoresMissingLateFields: boolean;
	readonly conditions: readonly Condition[];
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
	/** Whether the trigger catches up on undelivered calls, so that the ids of calls are remembered. */
	readonly catchesUp: boolean;
	/** What it asks for, the ids of call flows, say; none where that cannot be read. */
	readonly catchUpOn: readonly string[];
	/** What is odd about the settings though it can be used, in sentences for whoever tries them out. */
	readonly oddities: readonly string[];
	/** How many calls are remembered. */
	readonly history: number;
	/** How long a call is remembered, in milliseconds. */
	readonly windowInMs: number;
}

/** Checks what a user set on a provider's trigger, and makes the settings of it. An issue completes "<label> …". */
export function settingsSchema<Call extends IDataObject>(provider: Provider<Call>) {
	const { parameters, triggerOn, filters, lateFields, keys } = provider;
	const ofFilters: Record<string, z.ZodType<Exclusion<Call> | z.output<typeof missingLateFields> | undefined>> = {};
	for (const { parameter, setting } of filters) ofFilters[parameter] = setting.optional();
	if (lateFields !== undefined) ofFilters[lateFields.parameter] = missingLateFields;

	return z
		.object({
			...common,
			triggerOn: chosenOf(choicesOf(parameters, 'triggerOn')),
			deduplicateBy: choice(['customField', ...Object.keys(keys)], Object.keys(keys)[0] ?? 'customField'),
			filters: collection(ofFilters),
		})
		.transform((checked, context) => {
			const { filters: set, conditions, customFields, options, deduplicateBy, dedupeField } = checked;
			const isBeforeItsEnd = checked.triggerOn.some((chosen) => triggerOn?.beforeItsEnd?.includes(chosen));
			const deduplicate = checked.deduplicate && !isBeforeItsEnd;
			const catchesUp = checked.catchesUp && !isBeforeItsEnd;
			if (deduplicate && deduplicateBy === 'customField' && dedupeField === '') {
				const message = 'is empty: enter the name of a field, or choose another Deduplicate By';
				context.issues.push({ code: 'custom', path: ['dedupeField'], message, input: '' });
			}
			return {
				triggerOn: checked.triggerOn,
				output: checked.output,
				filters: filters.flatMap((filter): Array<ActiveFilter<Call>> => {
					const excludes = set[filter.parameter];
					const applies = typeof excludes === 'function' && !(isBeforeItsEnd && filter.onlyAfterItsEnd);
					return applies ? [{ filter, excludes }] : [];
				}),
				ignoresMissingLateFields: lateFields !== undefined && set[lateFields.parameter] === 'ignore',
				conditions: conditions.filter((row) => typeof row === 'object'),
				oddities: [...conditions.filter((row) => typeof row === 'string'), ...oddIdentifiers(customFields)],
				customFields: isBeforeItsEnd ? customFields.map((row) => ({ ...row, required: false })) : customFields,
				deduplicate,
				deduplicateBy,
				dedupeField,
				respond: checked.respond,
				catchesUp,
				catchUpOn: checked.catchUpOn,
				rejectsInvalidFields: options.onInvalidFields === 'reject',
				includesDelivery: options.includeDelivery,
				emitsIgnored: options.emitIgnored,
				hasIgnoredOutput: wantsIgnoredOutput(options),
				history: options.dedupeHistory ?? USUAL_HISTORY[catchesUp ? 'whereCaughtUp' : 'calls'],
				windowInMs: options.dedupeWindowHours * HOUR_IN_MS,
			};
		});
}

/** What the user chose in Trigger On: one value or several, and never none, since then every call would be ignored. */
function chosenOf(names: Readonly<Record<string, string>>) {
	return textList
		.optional()
		.transform((chosen) => chosen ?? [])
		.refine((chosen) => chosen.length > 0, { error: 'has nothing chosen: no call would start the workflow' })
		.refine((chosen) => chosen.every((value) => Object.hasOwn(names, value)), {
			error: `must be of ${Object.entries(names)
				.map(([value, name]) => `${value} (${name})`)
				.join(', ')}`,
		});
}
