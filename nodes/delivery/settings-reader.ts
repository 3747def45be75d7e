import type { IDataObject, INode } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { perTrigger, triggerIdOf } from '../memory/per-trigger';
import { shown } from '../provider/comparing';
import type { Provider } from '../provider/provider';
import type { NodeContext } from './node-context';
import { parameter, parameterOr } from './node-context';
import type { Settings } from './settings';
import { LABELS, labelsOf, settingsSchema } from './settings';

/** Reads the settings of one kind of trigger from n8n. */
export type SettingsReader<Call> = (context: NodeContext, node?: INode) => Settings<Call>;

/** What was read from a trigger's parameters last, and how they were written. */
class LastRead<Call> {
	written?: string;

	settings?: Settings<Call>;

	/** Always true: it is read again in no time, so it need not be kept while nothing comes. */
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
	const schema = settingsSchema(provider);
	const labels = labelsOf(provider);
	const lastReadOf = perTrigger(() => new LastRead<Call>());
	// n8n copies all of a node whenever it is asked for: who has it already hands it on.
	return (context, node = context.getNode()) => {
		const written = JSON.stringify(node.parameters);
		const last = lastReadOf(triggerIdOf(context, node));
		if (last.settings === undefined || last.written !== written || written.includes('"=')) {
			last.settings = readSettings(context, provider, schema, labels);
			last.written = written;
		}
		return last.settings;
	};
}

/** The parameters that are asked for; those in a collection come with it. */
const PARAMETERS = Object.keys(LABELS).filter((name) => !name.includes('.'));

function readSettings<Call extends IDataObject>(
	context: NodeContext,
	{ filters, callsApi }: Provider<Call>,
	schema: ReturnType<typeof settingsSchema<Call>>,
	labels: Readonly<Record<string, string>>,
): Settings<Call> {
	const set: Record<string, unknown> = {
		...Object.fromEntries(PARAMETERS.map((name) => [name, parameter(context, name, labels)])),
		catchesUp: callsApi !== undefined && catchesUp(context),
		catchUpCallFlows: parameterOr(context, 'catchUpCallFlows', []),
	};
	const parsed = schema.safeParse(set);
	if (!parsed.success) {
		const problems = parsed.error.issues.map(({ path: [name, inside], message }) => {
			const label = labels[`${String(name)}.${String(inside)}`] ?? labels[String(name)];
			return `${label} ${message}`;
		});
		const message = `This trigger has settings that cannot be used: ${problems.join('; ')}`;
		const description = 'Correct them in the node and publish the workflow again. Until then no call is accepted.';
		throw new NodeOperationError(context.getNode(), message, { description });
	}
	const commas = filters.flatMap((filter) => commasIn(filter.label, Object(set.filters)[filter.parameter]));
	return { ...parsed.data, oddities: [...parsed.data.oddities, ...commas] };
}

/** Whether Catch Up on Missed Calls is on. Of its settings a delivery needs no more, so none of them can fail one. */
function catchesUp(context: NodeContext): boolean {
	return parameterOr(context, 'catchUp', false) === true;
}

/** A list of rows in which one looks like several. A comma may be meant, so it is one. */
function commasIn(label: string, rows: unknown): string[] {
	const odd = Array.isArray(rows) ? rows.find((row) => typeof row === 'string' && row.includes(',')) : undefined;
	if (odd === undefined) return [];
	return [`${label} has a row with a comma, "${shown(odd)}". Each row is one value: for several, add a row for each.`];
}
