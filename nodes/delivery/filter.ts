import type { IDataObject } from 'n8n-workflow';

import { firstValue } from '../provider/filters';
import type { Provider } from '../provider/provider';
import { ended } from './answer';
import { reasonAgainst } from './conditions';
import type { Settings } from './settings';
import type { TypedCall } from './type';

/**
 * Ends a delivery whose call Trigger On, a filter or a condition excludes. A field that arrived but could not be typed
 * excludes nothing: nobody loses a call over a slip in a field. Nor does one that the provider does not tell at all
 * where it is asked for a call, `isTold`.
 */
export function filterCall<Call extends IDataObject>(
	provider: Provider<Call>,
	settings: Settings<Call>,
	{ call, issues }: TypedCall<Call>,
	isTold: (field: string) => boolean = () => true,
): void {
	const untyped = new Set(issues.map(({ field }) => field));
	const why = notTriggered(provider, settings, call, untyped) ?? filtered(provider, settings, call, untyped, isTold);
	if (why !== undefined) throw ended.ignored(why);

	for (const condition of settings.conditions) {
		const isOpen = untyped.has(condition.field) || !isTold(condition.field);
		const broken = isOpen ? undefined : reasonAgainst(condition, call);
		if (broken !== undefined) throw ended.ignored(broken);
	}
}

function notTriggered<Call extends IDataObject>(
	{ triggerOn: { decidedBy } }: Provider<Call>,
	{ triggerOn }: Settings<Call>,
	call: Call,
	untyped: ReadonlySet<string>,
): string | undefined {
	if (decidedBy === undefined || untyped.has(decidedBy.field)) return undefined;
	const what = decidedBy.nameIfNotChosen(call, triggerOn);
	return what === undefined ? undefined : `Trigger On does not include ${what}`;
}

function filtered<Call extends IDataObject>(
	{ lateFields }: Provider<Call>,
	settings: Settings<Call>,
	call: Call,
	untyped: ReadonlySet<string>,
	isTold: (field: string) => boolean,
): string | undefined {
	for (const { filter, excludes } of settings.filters) {
		const { label, fields } = filter;
		const isOpen = fields.some((field) => untyped.has(field)) || !fields.some(isTold);
		const excluded = isOpen ? undefined : excludes(call);
		if (excluded === undefined) continue;
		const mayCome =
			lateFields !== undefined &&
			fields.some((field) => lateFields.names.includes(field)) &&
			firstValue(call, fields) === null &&
			lateFields.areAwaited(call);
		if (mayCome && !settings.ignoresMissingLateFields) continue;
		const hint = mayCome ? ` (${lateFields.hint})` : '';
		return `the filter ${label} excludes it: the call ${excluded}${hint}`;
	}
	return undefined;
}
