import type { IDataObject } from 'n8n-workflow';

import { isBlank } from '../provider/comparing';
import type { Filter } from '../provider/filters';
import { firstValue } from '../provider/filters';
import { labelOf } from '../provider/labels';
import type { Provider } from '../provider/provider';
import { ended } from './answer';
import { reasonAgainst } from './conditions';
import type { Settings } from './settings';
import type { TypedCall } from './type';
import type { WhyIgnored } from './why-ignored';

/** Whether a field was sent at all: where the provider is asked for a call, it may leave out what its webhook sends. */
type IsTold = (field: string) => boolean;

/** Ends a delivery whose call Trigger On, a filter or a condition excludes. */
export function filterCall<Call extends IDataObject>(
	provider: Provider<Call>,
	settings: Settings<Call>,
	typed: TypedCall<Call>,
	isTold?: IsTold,
): void {
	const why = exclusionOf(provider, settings, typed, isTold);
	if (why !== undefined) throw ended.ignored(why);
}

/**
 * Why Trigger On, a filter or a condition excludes a call; undefined where none does. A field that arrived but could not be
 * typed excludes nothing: nobody loses a call over a slip in a field. Nor does one that was not sent at all. A field that has
 * no type, neither the provider's nor a Custom Field's, is judged by what arrived.
 */
export function exclusionOf<Call extends IDataObject>(
	provider: Provider<Call>,
	settings: Settings<Call>,
	{ call, issues }: TypedCall<Call>,
	isTold: IsTold = () => true,
): WhyIgnored | undefined {
	// A field that is required and empty has an issue too, but lacks a value like any other.
	const arrived = issues.filter(({ value }) => !isBlank(value));
	const hasType = (field: string) =>
		Object.hasOwn(provider.schema.shape, field) || settings.customFields.some(({ name }) => name === field);
	const untyped = new Set(arrived.map(({ field }) => field).filter(hasType));
	const asArrived = arrived.filter(({ field }) => !hasType(field)).map(({ field, value }) => [field, value] as const);
	return (
		notTriggered(provider, settings, call, untyped) ??
		filtered(provider, settings, call, { untyped, isTold }) ??
		settings.conditions
			.filter(({ field }) => !untyped.has(field) && isTold(field))
			.map((condition) => reasonAgainst(condition, { ...call, ...Object.fromEntries(asArrived) }, provider.parameters))
			.find((reason) => reason !== undefined)
	);
}

function notTriggered<Call extends IDataObject>(
	{ triggerOn: { decidedBy } = {} }: Provider<Call>,
	{ triggerOn }: Settings<Call>,
	call: Call,
	untyped: ReadonlySet<string>,
): WhyIgnored | undefined {
	if (decidedBy === undefined || untyped.has(decidedBy.field)) return undefined;
	const what = decidedBy.nameIfNotChosen(call, triggerOn);
	return what === undefined ? undefined : { reason: `Trigger On does not include ${what}` };
}

function filtered<Call extends IDataObject>(
	{ parameters, lateFields }: Provider<Call>,
	settings: Settings<Call>,
	call: Call,
	{ untyped, isTold }: { untyped: ReadonlySet<string>; isTold: IsTold },
): WhyIgnored | undefined {
	for (const { filter, excludes } of settings.filters) {
		const { parameter, fields } = filter;
		// The first is the field that the provider sends today.
		const isOpen = fields.some((field, at) => untyped.has(field) || (at === 0 && !isTold(field)));
		const excluded = isOpen ? undefined : excludes(call);
		if (excluded === undefined) continue;
		const mayCome = areAwaited(lateFields, filter, call);
		if (mayCome && !settings.ignoresMissingLateFields) continue;
		const hint = mayCome && lateFields !== undefined ? ` (${lateFields.hint})` : '';
		const label = labelOf(parameters, `filters.${parameter}`);
		return { reason: `the filter ${label} excludes it`, found: `the call ${excluded}${hint}` };
	}
	return undefined;
}

/** The label of a filter that let a call through for want of what it looks at, which may still come; undefined where none did. */
export function letThroughUnjudged<Call extends IDataObject>(
	{ parameters, lateFields }: Provider<Call>,
	{ filters, ignoresMissingLateFields }: Settings<Call>,
	call: Call,
): string | undefined {
	const found = filters.find(
		({ filter, excludes }) => areAwaited(lateFields, filter, call) && excludes(call) !== undefined,
	);
	return found === undefined || ignoresMissingLateFields
		? undefined
		: labelOf(parameters, `filters.${found.filter.parameter}`);
}

/** Whether a filter looks at what the call has not, and a later delivery of it may have. */
function areAwaited<Call extends IDataObject>(
	lateFields: Provider<Call>['lateFields'],
	{ fields }: Filter<Call>,
	call: Call,
): boolean {
	return (
		lateFields !== undefined &&
		fields.some((field) => lateFields.names.includes(field)) &&
		firstValue(call, fields) === null &&
		lateFields.areAwaited(call)
	);
}
