import { NodeOperationError } from 'n8n-workflow';
import { z } from 'zod/v4';

import { type NodeContext, parameter } from '../delivery/read-parameter';
import { yesOrNo } from '../delivery/settings';
import { numberOf, textList } from '../provider/filters';

/** What these settings are called in the editor. */
export const CATCH_UP_LABELS: Readonly<Record<string, string>> = {
	catchUp: 'Catch Up on Undelivered Calls',
	catchUpCallFlows: 'Call Flows to Catch Up On',
	'options.catchUpEvery': 'Catch Up Every (Minutes)',
	'options.catchUpAfter': 'Catch Up After (Minutes)',
};

export const MINUTE_IN_MS = 60_000;

const minutes = (atMost: number, fallback: number) =>
	numberOf('must be a number of minutes')
		.pipe(
			z
				.number()
				.min(1, { error: 'must be at least 1 minute' })
				.max(atMost, { error: `must be at most ${atMost} minutes` })
				.transform(Math.floor),
		)
		.default(fallback);

/** How the user wants undelivered calls to be asked for. */
const settings = z
	.object({
		catchUpCallFlows: textList
			.default([])
			.refine((flows) => flows.length > 0, { error: 'has nothing chosen: choose at least one call flow' }),
		'options.catchUpEvery': minutes(59, 5),
		'options.catchUpAfter': minutes(120, 25),
	})
	.transform((read) => ({
		/** The ids of the call flows, each once. */
		callFlows: [...new Set(read.catchUpCallFlows)],
		/** Whole minutes, from 1 to 59. */
		everyMinutes: read['options.catchUpEvery'],
		/** How long after its end a call is due. */
		afterMs: read['options.catchUpAfter'] * MINUTE_IN_MS,
	}));

export type CatchUpSettings = z.infer<typeof settings>;

/** Reads them; undefined where catching up is off. Throws an error that names each one that cannot be used, by its label. */
export function readCatchUpSettings(context: NodeContext): CatchUpSettings | undefined {
	const read = (name: string) => parameter(context, name, CATCH_UP_LABELS);
	if (!yesOrNo(false).parse(read('catchUp'))) return undefined;
	const { data, error } = settings.safeParse(
		Object.fromEntries(Object.keys(CATCH_UP_LABELS).map((name) => [name, read(name)])),
	);
	if (data !== undefined) return data;
	const problems = error?.issues.map(({ path: [name], message }) => `${CATCH_UP_LABELS[String(name)]} ${message}`);
	throw new NodeOperationError(context.getNode(), String(problems?.join('; ')));
}
