import { NodeOperationError } from 'n8n-workflow';
import { z } from 'zod/v4';

import type { NodeContext } from '../delivery/read-parameter';
import { parameter } from '../delivery/read-parameter';
import { unlessBlank } from '../delivery/settings';
import { textList } from '../provider/filters';

/** What these settings are called in the editor. */
export const CATCH_UP_LABELS: Readonly<Record<string, string>> = {
	catchUp: 'Catch Up on Undelivered Calls',
	catchUpCallFlows: 'Call Flows to Catch Up On',
	'options.catchUpEvery': 'Catch Up Every (Minutes)',
	'options.catchUpAfter': 'Catch Up After (Minutes)',
};

export const MINUTE_IN_MS = 60_000;

const minutes = (atMost: number, fallback: number) =>
	unlessBlank(
		z.coerce
			.number({ error: 'must be a number of minutes' })
			.min(1, { error: 'must be at least 1 minute' })
			.max(atMost, { error: `must be at most ${atMost} minutes` })
			.transform(Math.floor)
			.default(fallback),
	);

const settings = z.object({
	catchUpCallFlows: textList
		.nullish()
		.transform((flows) => [...new Set(flows ?? [])])
		.refine((flows) => flows.length > 0, { error: 'has nothing chosen: choose at least one call flow' }),
	'options.catchUpEvery': minutes(59, 5),
	'options.catchUpAfter': minutes(120, 25),
});

/** How the user wants undelivered calls to be asked for. */
export interface CatchUpSettings {
	/** The ids of the call flows, each once. */
	readonly callFlows: readonly string[];
	/** Whole minutes, from 1 to 59. */
	readonly everyMinutes: number;
	/** How long after its end a call is due. */
	readonly afterMs: number;
}

/** Reads these settings. Throws an error that names each one that cannot be used, by its label. */
export function readCatchUpSettings(context: NodeContext): CatchUpSettings {
	const values = Object.fromEntries(
		Object.keys(settings.shape).map((name) => [name, parameter(context, name, CATCH_UP_LABELS)]),
	);
	const parsed = settings.safeParse(values);
	if (!parsed.success) {
		const problems = parsed.error.issues.map(
			({ path: [name], message }) => `${CATCH_UP_LABELS[String(name)]} ${message}`,
		);
		throw new NodeOperationError(context.getNode(), problems.join('; '));
	}
	const { data } = parsed;
	return {
		callFlows: data.catchUpCallFlows,
		everyMinutes: data['options.catchUpEvery'],
		afterMs: data['options.catchUpAfter'] * MINUTE_IN_MS,
	};
}
