import type { IDataObject, INode } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { perTrigger, triggerIdOf } from '../n8n/per-trigger';
import type { NodeContext } from '../n8n/read-parameter';
import { hasExpression, readParameter } from '../n8n/read-parameter';
import { shown } from '../provider/comparing';
import { labelsOf } from '../provider/labels';
import type { Provider } from '../provider/provider';
import type { Settings } from './settings';
import { settingsSchema } from './settings';

/** Reads the settings of one kind of trigger from n8n. */
export type SettingsReader<Call> = (context: NodeContext, node?: INode) => Settings<Call>;

/** Settings that cannot be used: no call goes on before the user has corrected them. The message names each by its label. */
export class UnusableSettings extends NodeOperationError {
	constructor(node: INode, problems: readonly string[]) {
		const message = `This trigger has settings that cannot be used: ${problems.join('; ')}`;
		super(node, message, { description: 'Correct them in the node and publish the workflow again.' });
	}
}

/** It is a setting of n8n's own, which no node can turn off (docs/n8n.md, 15). */
const ALWAYS_OUTPUT_DATA =
	"Always Output Data is on in this trigger's Settings. With it n8n starts the nodes behind with an empty item where there is no call, as where one is ignored or a duplicate. Turn it off.";

/** The paths of the settings of catching up and of alerts. A delivery needs none of them, so none of them may fail one. */
const OF_NO_DELIVERY = /\b(?:catchUp|alert)/;

/** What was read from a trigger's parameters last, and how they were written. */
class LastRead<Call> {
	written?: string;

	settings?: Settings<Call>;
}

/**
 * Makes the reader of a provider's triggers, which throws UnusableSettings. A trigger's parameters are the same for each
 * delivery until the user changes them, so they are checked once; those with an expression each time.
 */
export function settingsReader<Call extends IDataObject>(provider: Provider<Call>): SettingsReader<Call> {
	const schema = settingsSchema(provider);
	const labels = Object.fromEntries(
		Object.entries(labelsOf(provider.parameters)).filter(([path]) => !OF_NO_DELIVERY.test(path)),
	);
	// They are read again in no time, so they need not be kept while nothing comes.
	const lastReadOf = perTrigger(
		() => new LastRead<Call>(),
		() => true,
	);
	// n8n copies all of a node whenever it is asked for: who has it already gives it.
	return (context, node = context.getNode()) => {
		const written = JSON.stringify([node.parameters, node.alwaysOutputData]);
		const last = lastReadOf(triggerIdOf(context, node));
		if (last.settings === undefined || last.written !== written || hasExpression(node.parameters)) {
			last.settings = readSettings(context, node, provider, { schema, labels });
			last.written = written;
		}
		return last.settings;
	};
}

/** What a provider's settings are checked by, and what the editor calls them. */
interface Known<Call extends IDataObject> {
	readonly schema: ReturnType<typeof settingsSchema<Call>>;
	readonly labels: Readonly<Record<string, string>>;
}

function readSettings<Call extends IDataObject>(
	context: NodeContext,
	node: INode,
	{ callsApi }: Provider<Call>,
	{ schema, labels }: Known<Call>,
): Settings<Call> {
	const { set, problems, oddities } = readEach(context, node, labels);
	// An expression may give a delivery something else than the asking, which goes on by what it read at its start.
	const isFixed = (name: string) => !hasExpression(node.parameters[name]);
	const catchUp = readParameter(context, 'catchUp', node);
	const isOn = catchUp.problem !== undefined || !isFixed('catchUp') || catchUp.value;
	const chosen = callsApi && isFixed(callsApi.chosen.parameter) ? callsApi.chosen.parameter : undefined;
	const parsed = schema.safeParse({
		...set,
		// All that a delivery has to know of catching up. What is wrong with it must not fail one.
		catchesUp: callsApi !== undefined && isOn,
		catchUpOn: chosen && readParameter(context, chosen, node).value,
	});
	for (const { path, message } of parsed.error?.issues ?? []) {
		const [name, inside] = path.map(String);
		const label = labels[`${name}.${inside}`] ?? labels[String(name)];
		// What has a problem was left out, and may be reported as missing.
		if (!problems.some((problem) => problem.startsWith(`${label} `))) problems.push(`${label} ${message}`);
	}
	if (!parsed.success || problems.length > 0) throw new UnusableSettings(node, problems);
	if (node.alwaysOutputData === true) oddities.push(ALWAYS_OUTPUT_DATA);
	return { ...parsed.data, oddities: [...parsed.data.oddities, ...oddities] };
}

/** Reads every setting that has a label; those in a collection each by itself, for n8n drops a collection that is none. */
function readEach(context: NodeContext, node: INode, labels: Readonly<Record<string, string>>) {
	const set: Record<string, unknown> = {};
	const problems: string[] = [];
	const oddities: string[] = [];
	for (const [path, label] of Object.entries(labels)) {
		const [name = '', inside] = path.split('.');
		if (inside === undefined && Object.keys(labels).some((each) => each.startsWith(`${name}.`))) continue;
		const { value, problem } = readParameter(context, path, node);
		oddities.push(...commasIn(label, value));
		if (problem !== undefined) problems.push(`${label} ${problem}`);
		else set[name] = inside === undefined ? value : { ...Object(set[name]), [inside]: value };
	}
	return { set, problems, oddities };
}

/** A list of rows in which one looks like several. A comma may be meant, so it is one. */
function commasIn(label: string, rows: unknown): string[] {
	const odd: unknown = Array.isArray(rows)
		? rows.find((row) => typeof row === 'string' && row.includes(','))
		: undefined;
	if (odd === undefined) return [];
	return [`${label} has a row with a comma, "${shown(odd)}". Each row is one value: for several, add a row for each.`];
}
